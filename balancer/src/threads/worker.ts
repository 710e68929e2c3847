import { parentPort, workerData } from 'node:worker_threads';
import { createLog, lossLine } from '../account/log.ts';
import { Ledger } from '../brain/pool/ledger.ts';
import { MirrorRoster } from '../brain/pool/mirror-roster.ts';
import { Pool } from '../brain/pool/pool.ts';
import type { Origin } from '../brain/select/origin.ts';
import { settingsOf } from '../config/settings.ts';
import { world } from '../process/world.ts';
import { Serving } from '../serve.ts';
import { waits } from './memory.ts';
import type { Order, OriginName, Report, ThreadStart } from './messages.ts';
import { Writer } from './writer.ts';

/** How long the log may take to be written when all else is done, in ms. */
const lastWords = 1000;

/** A serving thread: the whole road, over a pool whose figures are shared and whose roster follows the main thread's. */
const start = workerData as ThreadStart;
const { now } = world;
const ledger = new Ledger(start.memory, start.thread, waits);
const output = new Writer(start.logFd, {
  count: (lines) => ledger.loseLines(lines),
  inWords: (lines) => lossLine(start.config.log, lines),
});
const roster = new MirrorRoster(
  ledger,
  now,
  (origin) => report({ kind: 'finished', origin: nameOf(origin) }),
  (href) => new URL(href),
);
roster.mirror(start.roster);
const pool = new Pool(roster, settingsOf.pool(start.config), ledger, now);
const serving = new Serving(start.config, {
  ...{ pool, ledger, now, secret: start.secret, instance: start.instance },
  // Not by way of the main thread, which has nothing to do with traffic.
  log: createLog(start.config.log, output.write),
  tell: (id, evidence) => report({ kind: 'evidence', id, evidence }),
});
if (start.policyName !== start.config.policy) serving.switchPolicy(start.policyName);
parentPort?.on('message', obey);
await listen();

async function listen(): Promise<void> {
  try {
    report({ kind: 'listening', port: await serving.listen(start.port, start.config.host, true) });
  } catch (error) {
    report({ kind: 'refused', code: (error as NodeJS.ErrnoException).code ?? String(error) });
  }
}

function obey(order: Order): void {
  switch (order.kind) {
    case 'follow':
      roster.mirror(order.roster);
      break;
    case 'reconfigure':
      serving.reconfigure(order.config, order.policyName);
      break;
    case 'switch':
      serving.switchPolicy(order.policyName);
      break;
    case 'cut':
      serving.cut(originOf(order.origin));
      break;
    case 'ask':
      report({ kind: 'answer', number: order.number, answer: serving.ask(order.question) });
      break;
    case 'stop':
      serving
        .stop()
        .then(() => output.flushed(lastWords))
        .then(() => report({ kind: 'stopped' }));
  }
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
