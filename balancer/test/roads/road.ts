import type { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ExchangeRecord } from '../../src/account/record.ts';
import type { Cidr } from '../../src/admit/trust.ts';
import { Health } from '../../src/brain/health/health.ts';
import type { Ledger } from '../../src/brain/pool/ledger.ts';
import type { MainRoster } from '../../src/brain/pool/main-roster.ts';
import type { Route } from '../../src/brain/route/route.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import type { Answers, Question } from '../../src/brain/story/desk.ts';
import type { Config } from '../../src/config/options.ts';
import { readCommand } from '../../src/config/read.ts';
import { checkBy, tcpCheck } from '../../src/probe/check.ts';
import { world } from '../../src/process/world.ts';
import type { OwnPool } from '../ledger.ts';
import { tlsFlags } from './tls-flags.ts';

/** What tests need of a server: Node's own, or the threads that share a port. */
export interface Door extends EventEmitter {
  readonly listening: boolean;
  listen(port: number, host: string): EventEmitter;
  address(): AddressInfo | string | null;
}

/** A whole road over the given origins; what it logs is kept. */
export interface TestRoad {
  readonly server: Door;
  /** How many threads serve it. */
  readonly threads: number;
  readonly pool: OwnPool;
  /** What all threads count. */
  readonly ledger: Ledger;
  /** The record of the first exchange, once that has ended. */
  record(): Promise<ExchangeRecord>;
  /** Every record so far. */
  records(): ExchangeRecord[];
  notes(): string[];
  /** Asks about the decisions of all threads. */
  ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['about']]>;
  close(): Promise<void>;
}

/** What differs from the defaults; times in ms. */
export interface RoadOptions {
  readonly retries?: number;
  /** Every timeout towards an origin. */
  readonly timeout?: number;
  /** The longest silence inside a body, either way. */
  readonly patience?: number;
  readonly trusted?: readonly Cidr[];
  readonly maxWaiting?: number;
  readonly maxWait?: number;
  readonly maxConnections?: number;
  /** The name of a cookie, of which the tests know the secret. */
  readonly sticky?: string;
  /** Whether what requests meet, and a first round of TCP probes, counts for the origins' health. */
  readonly watched?: boolean;
  /** Routes to its only pool, which is called `default`. */
  readonly routes?: readonly Route[];
  /** Flags for everything that the server and the admit stage limit. */
  readonly flags?: readonly string[];
}

/** What sticky cookies are encrypted with. */
export const secret = 'secret';

/** What tells a road from every other balancer. */
export const instance = 'fedcba9876543210';

/** A clock that all threads share. */
export const { now } = world;

/** The configuration that a road is built from. */
export function configOf(origins: readonly Origin[], options: RoadOptions, threads: number): Config {
  const command = readCommand(['--explain=asked', ...tlsFlags, ...(options.flags ?? [])], {});
  if (command.kind !== 'run') throw new Error('the flags are not a configuration');
  const { retries = 3, timeout = 5000, patience = 5000, trusted = [], maxWaiting = 0, maxWait = 1000, maxConnections = 100 } = options;
  return {
    ...command.config,
    ...{ origins, threads, retries, maxWaiting, maxConnections, sticky: options.sticky },
    ...{ connectTimeout: timeout, responseTimeout: timeout, idleTimeout: Math.min(timeout, patience) },
    ...{ waitTimeout: maxWait, trustedProxies: trusted, log: 'json', drainTimeout: 1 },
    ...(options.routes ? { routes: options.routes } : {}),
  };
}

/** Watches over the origins' health, beginning with a probe of each. */
export function watchOver(roster: MainRoster): Health {
  const settings = { check: checkBy(tcpCheck()), interval: 60_000, timeout: 1000, rise: 2, fall: 3, maxEjected: 0.5 };
  const health = new Health({ roster, settings: () => settings, world });
  health.start();
  return health;
}
