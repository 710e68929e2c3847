import { createServer, type Server } from 'node:http';
import { createLog } from '../src/account/log.ts';
import type { ExchangeRecord } from '../src/account/record.ts';
import { createApp } from '../src/app.ts';
import { UndiciTransport } from '../src/forward/undici-transport.ts';
import { targetKept } from '../src/listen/target.ts';
import type { Origin } from '../src/pool/origin.ts';
import { Pool } from '../src/pool/pool.ts';
import { roundRobin } from '../src/select/round-robin.ts';

/** A whole road over the given origins, for supertest; what it logs is kept. */
export interface TestRoad {
  readonly server: Server;
  readonly pool: Pool;
  /** The record of the first exchange, once that has ended. */
  readonly record: Promise<ExchangeRecord>;
  readonly notes: string[];
  close(): Promise<void>;
}

/** Builds a road with a pool of its own. Every timeout is `timeout`, in ms. */
export function roadOver(origins: readonly Origin[], { retries = 3, timeout = 5000 } = {}): TestRoad {
  const first = Promise.withResolvers<ExchangeRecord>();
  const notes: string[] = [];
  const pool = new Pool(origins);
  const now = () => performance.now();
  const transport = new UndiciTransport({ connect: timeout, response: timeout, idle: timeout });
  const app = createApp({
    pool,
    policy: roundRobin({ random: Math.random, now }),
    transport,
    retries,
    now,
    log: { ...createLog('off', () => {}), exchange: first.resolve, note: (message) => notes.push(message) },
  });
  const server = createServer(targetKept(app));
  return {
    server,
    pool,
    record: first.promise,
    notes,
    close: async () => {
      server.close();
      await transport.close();
    },
  };
}
