import type { Evidence } from '../brain/health/evidence.ts';
import type { RosterSnapshot } from '../brain/pool/roster.ts';
import type { Answers, Question } from '../brain/story/desk.ts';
import type { Config, Settings } from '../config/options.ts';
import type { Ports } from '../serve.ts';
import type { Issued } from '../tls/pair.ts';
import type { LogDescriptors } from './log-output.ts';
import type { RateMemories } from './shared-rates.ts';

/** A pool as messages tell of it. Its figures are in shared memory of its own. */
export interface PoolMessage {
  readonly number: number;
  readonly name: string;
  /** Without the origins, which the roster has. */
  readonly settings: Settings;
  readonly policyName: string;
  readonly memory: SharedArrayBuffer;
  readonly roster: RosterSnapshot;
}

/** What a serving thread is started with. */
export interface ThreadStart {
  /** Where it is counted what is the whole balancer's. */
  readonly memory: SharedArrayBuffer;
  /** Its number, from 0: the main thread is the last. */
  readonly thread: number;
  /** Without the pools. */
  readonly config: Config;
  readonly pools: readonly PoolMessage[];
  readonly rates: RateMemories;
  readonly secret: string;
  readonly instance: string;
  /** The ports that all share; 0 where the system is to pick one, and no port over TLS where that is off. */
  readonly ports: Ports;
  readonly issued: Issued;
  /** What it writes its log to. */
  readonly descriptors: LogDescriptors;
}

/** An origin as messages name it. */
export interface OriginName {
  readonly id: string;
  readonly url: string;
}

/** What the main thread tells a serving one. Pools are named by their numbers. */
export type Order =
  | { readonly kind: 'follow'; readonly pool: number; readonly roster: RosterSnapshot }
  | { readonly kind: 'reconfigure'; readonly config: Config; readonly pools: readonly PoolMessage[]; readonly rates: RateMemories }
  | { readonly kind: 'switch'; readonly pool: number; readonly policyName: string }
  | { readonly kind: 'cut'; readonly pool: number; readonly origin: OriginName }
  | { readonly kind: 'ask'; readonly number: number; readonly question: Question }
  | { readonly kind: 'show'; readonly issued: Issued }
  | { readonly kind: 'stop' };

/** Why a thread can't listen: the system's error, and at which port. */
export interface Refused {
  readonly code: string;
  readonly isTls: boolean;
}

/** What a serving thread tells the main one. */
export type Report =
  | { readonly kind: 'listening'; readonly ports: Ports }
  | ({ readonly kind: 'refused' } & Refused)
  | { readonly kind: 'evidence'; readonly pool: number; readonly id: string; readonly evidence: Evidence }
  | { readonly kind: 'finished'; readonly pool: number; readonly origin: OriginName }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: Answers[Question['about']] }
  | { readonly kind: 'stopped' };
