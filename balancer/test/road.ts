import type { Server } from 'node:http';
import { createLog } from '../src/account/log.ts';
import type { ExchangeRecord } from '../src/account/record.ts';
import { type Cidr, trustIn } from '../src/admit/trust.ts';
import { WaitingRoom } from '../src/admit/waiting-room.ts';
import { createApp } from '../src/app.ts';
import { readCommand } from '../src/config/read.ts';
import type { KeySource } from '../src/forward/key.ts';
import type { Stickiness } from '../src/forward/sticky.ts';
import { UndiciTransport } from '../src/forward/undici-transport.ts';
import { tcpCheck } from '../src/health/check.ts';
import { Health } from '../src/health/health.ts';
import { witness } from '../src/health/witness.ts';
import { Listener } from '../src/listen/listener.ts';
import type { Origin } from '../src/pool/origin.ts';
import { Pool } from '../src/pool/pool.ts';
import type { SelectionPolicy } from '../src/select/policy.ts';
import { roundRobin } from '../src/select/round-robin.ts';
import { ownLedger } from './ledger.ts';

/** A whole road over the given origins, for supertest; what it logs is kept. */
export interface TestRoad {
  readonly server: Server;
  readonly pool: Pool;
  /** The record of the first exchange, once that has ended. */
  readonly record: Promise<ExchangeRecord>;
  /** Every record so far. */
  readonly records: ExchangeRecord[];
  readonly notes: string[];
  close(): Promise<void>;
}

/** What differs from the defaults; times in ms. */
export interface RoadOptions {
  readonly retries?: number;
  /** Every timeout towards an origin. */
  readonly timeout?: number;
  readonly patience?: number;
  readonly trusted?: readonly Cidr[];
  readonly places?: number;
  readonly maxWaiting?: number;
  readonly maxWait?: number;
  readonly maxConnections?: number;
  /** Round robin where it is missing. */
  readonly policy?: SelectionPolicy;
  readonly key?: KeySource;
  readonly stickiness?: Stickiness;
  /** Whether what requests meet, and a first round of TCP probes, counts for the origins' health. */
  readonly watched?: boolean;
  /** Flags for everything that the server and the admit stage limit. */
  readonly flags?: readonly string[];
}

/** Builds a road with a pool of its own. */
export function roadOver(origins: readonly Origin[], options: RoadOptions = {}): TestRoad {
  const { retries = 3, timeout = 5000, patience = 5000, trusted = [], maxWaiting = 0, maxWait = 1000 } = options;
  const command = readCommand(options.flags ?? [], {});
  if (command.kind !== 'run') throw new Error('the flags are not a configuration');
  const first = Promise.withResolvers<ExchangeRecord>();
  const records: ExchangeRecord[] = [];
  const notes: string[] = [];
  const now = () => performance.now();
  const { maxConnections = 100 } = options;
  const ledger = ownLedger();
  const pool = new Pool(origins, { maxConnections, slowStart: 0 }, ledger, now);
  const transport = new UndiciTransport({ timeouts: { connect: timeout, response: timeout, idle: timeout }, maxConnections });
  const log = {
    ...createLog('off', () => {}),
    note: (message: string) => notes.push(message),
    exchange: (record: () => ExchangeRecord) => {
      records.push(record());
      first.resolve(record());
    },
  };
  const health = options.watched ? watchOver(pool, now) : undefined;
  const policy = options.policy ?? roundRobin({ random: Math.random, now });
  const { stickiness, key = { from: 'client' } as const } = options;
  const rules = { ...{ policy, key, stickiness }, retries, patience };
  const app = createApp({
    ...{ pool, transport, now, log },
    rules: () => rules,
    observe: health ? witness(pool.roster, now, (id, evidence) => health.observe(id, evidence)) : () => {},
    limits: command.config,
    trusts: trustIn(trusted),
    room: new WaitingRoom(() => options.places ?? pool.places(), ledger, { maxWaiting, maxWait }),
  });
  const { server } = new Listener(app.handler, command.config, app.classes);
  return {
    ...{ server, pool, record: first.promise, records, notes },
    close: async () => {
      server.close();
      server.closeAllConnections();
      health?.stop();
      await transport.close();
    },
  };
}

function watchOver({ roster }: Pool, now: () => number): Health {
  const settings = { check: tcpCheck, interval: 60_000, timeout: 1000, rise: 2, fall: 3 };
  const health = new Health({ roster, settings: () => settings, now, random: Math.random });
  void health.start();
  return health;
}
