import { parentPort, workerData } from 'node:worker_threads';
import { Ledger } from '../brain/pool/ledger.ts';
import { MirrorRoster } from '../brain/pool/mirror-roster.ts';
import { Pool } from '../brain/pool/pool.ts';
import type { RosterSnapshot } from '../brain/pool/roster.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { Settings } from '../config/options.ts';
import { settingsOf } from '../config/settings.ts';
import type { ServedPool } from '../pool-lane.ts';
import { world } from '../process/world.ts';
import { Serving } from '../serve.ts';
import { openLog } from './log-output.ts';
import { waits } from './memory.ts';
import type { Order, OriginName, PoolMessage, Report, ThreadStart } from './messages.ts';

/** How long the log may take to be written when all else is done, in ms. */
const lastWords = 1000;

/** A serving thread: the whole road, over pools whose figures are shared and whose rosters follow the main thread's. */
const start = workerData as ThreadStart;
const house = new Ledger(start.memory, start.thread, waits);
const { log, flushed } = openLog(start.config, start.descriptors, house);
/** By the pools' numbers; those of pools that are no more, until their last origin has gone. */
const rosters = new Map<number, MirrorRoster>();
const pools = new Map<number, ServedPool>();
/** The numbers of the pools that there are: one of them may have no origin for a while. */
let current: ReadonlySet<number> = numbersOf(start.pools);
const rates = { memories: start.rates };
const serving = new Serving(start.config, {
  ...{ pools: start.pools.map(served), house, rates, secret: start.secret, instance: start.instance },
  // Not by way of the main thread, which has nothing to do with traffic.
  log,
  tell: (pool, id, evidence) => report({ kind: 'evidence', pool, id, evidence }),
});
serving.show(start.issued);
parentPort?.on('message', obey);
await listen();

async function listen(): Promise<void> {
  try {
    report({ kind: 'listening', ports: await serving.listen(start.ports, start.config.host, true) });
  } catch (error) {
    const { code, isTls = false } = error as NodeJS.ErrnoException & { readonly isTls?: boolean };
    report({ kind: 'refused', code: code ?? String(error), isTls });
  }
}

/** A pool as this thread serves it from now on. */
function served({ number, name, settings, policyName, memory, roster: snapshot }: PoolMessage): ServedPool {
  const { pool, ledger } = pools.get(number) ?? made(number, settings, memory, snapshot);
  const now = { number, name, settings, policyName, pool, ledger };
  pools.set(number, now);
  return now;
}

function made(
  number: number,
  settings: Settings,
  memory: SharedArrayBuffer,
  snapshot: RosterSnapshot,
): Pick<ServedPool, 'pool' | 'ledger'> {
  const ledger = new Ledger(memory, start.thread, waits);
  const roster = new MirrorRoster(
    ledger,
    world.now,
    (origin) => report({ kind: 'finished', pool: number, origin: nameOf(origin) }),
    (href) => new URL(href),
  );
  roster.mirror(snapshot);
  rosters.set(number, roster);
  return { ledger, pool: new Pool(roster, settingsOf.pool(settings), ledger, world.now) };
}

/** Follows the main thread's roster of a pool. Of one that is no more, nothing is needed once nobody is left there. */
function follow(number: number, snapshot: RosterSnapshot): void {
  rosters.get(number)?.mirror(snapshot);
  if (current.has(number) || snapshot.members.length > 0 || snapshot.leaving.length > 0) return;
  rosters.delete(number);
  pools.delete(number);
}

function obey(order: Order): void {
  switch (order.kind) {
    case 'follow':
      follow(order.pool, order.roster);
      break;
    case 'reconfigure':
      current = numbersOf(order.pools);
      rates.memories = order.rates;
      serving.reconfigure(order.config, order.pools.map(served));
      break;
    case 'switch':
      serving.switchPolicy(order.pool, order.policyName);
      break;
    case 'cut':
      serving.cut(order.pool, originOf(order.origin));
      break;
    case 'ask':
      report({ kind: 'answer', number: order.number, answer: serving.ask(order.question) });
      break;
    case 'show':
      serving.show(order.issued);
      break;
    case 'stop':
      serving
        .stop()
        .then(() => flushed(lastWords))
        .then(() => report({ kind: 'stopped' }));
  }
}

function numbersOf(messages: readonly PoolMessage[]): ReadonlySet<number> {
  return new Set(messages.map(({ number }) => number));
}

function report(what: Report): void {
  parentPort?.postMessage(what);
}

function nameOf({ id, url }: Origin): OriginName {
  return { id, url: url.href };
}

function originOf({ id, url }: OriginName): Origin {
  return { id, url: new URL(url), weight: 1, backup: false };
}
