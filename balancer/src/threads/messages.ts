import type { Evidence } from '../brain/health/evidence.ts';
import type { RosterSnapshot } from '../brain/pool/roster.ts';
import type { Answers, Question } from '../brain/story/desk.ts';
import type { Config } from '../config/options.ts';

/** What a serving thread is started with. Its figures are in the shared memory. */
export interface ThreadStart {
  readonly memory: SharedArrayBuffer;
  /** Its number, from 0: the main thread is the last. */
  readonly thread: number;
  /** Without the origins, which the roster has. */
  readonly config: Config;
  readonly policyName: string;
  readonly secret: string;
  readonly instance: string;
  readonly roster: RosterSnapshot;
  readonly port: number;
  /** The file that it writes its log to. */
  readonly logFd: number;
}

/** An origin as messages name it. */
export interface OriginName {
  readonly id: string;
  readonly url: string;
}

/** What the main thread tells a serving one. */
export type Order =
  | { readonly kind: 'follow'; readonly roster: RosterSnapshot }
  | { readonly kind: 'reconfigure'; readonly config: Config; readonly policyName: string }
  | { readonly kind: 'switch'; readonly policyName: string }
  | { readonly kind: 'cut'; readonly origin: OriginName }
  | { readonly kind: 'ask'; readonly number: number; readonly question: Question }
  | { readonly kind: 'stop' };

/** What a serving thread tells the main one. */
export type Report =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'evidence'; readonly id: string; readonly evidence: Evidence }
  | { readonly kind: 'finished'; readonly origin: OriginName }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: Answers[Question['about']] }
  | { readonly kind: 'stopped' };
