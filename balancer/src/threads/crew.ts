import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Evidence } from '../brain/health/evidence.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { MainRoster } from '../brain/pool/main-roster.ts';
import type { Origin } from '../brain/select/origin.ts';
import { soonOnce } from '../brain/soon-once.ts';
import type { Answers, Question } from '../brain/story/desk.ts';
import type { Config, Settings } from '../config/options.ts';
import type { Ports } from '../serve.ts';
import type { Issued } from '../tls/pair.ts';
import { Asking } from './asking.ts';
import type { LogDescriptors } from './log-output.ts';
import type { Order, OriginName, PoolMessage, Report, ThreadStart } from './messages.ts';
import type { SharedRates } from './shared-rates.ts';

/** What a crew works with. */
export interface CrewParts {
  /** Where it is counted what is the whole balancer's, and a view of it. */
  readonly memory: SharedArrayBuffer;
  readonly house: Ledger;
  readonly pools: readonly CrewPool[];
  /** The rate limits of routes, as they are now. */
  readonly rates: SharedRates;
  readonly secret: string;
  /** A name that no other balancer has. */
  readonly instance: string;
  readonly note: (message: string) => void;
  /** What the threads write their log to. */
  readonly descriptors: LogDescriptors;
  /** Told what requests have shown of the health of an origin, in the pool of that number. */
  readonly tell: (pool: number, id: string, evidence: Evidence) => void;
}

/** A pool as a crew needs to know it. */
export interface CrewPool {
  /** Another one for each pool that there ever was, since names come again. */
  readonly number: number;
  readonly name: string;
  readonly settings: Settings;
  readonly policyName: string;
  readonly memory: SharedArrayBuffer;
  readonly ledger: Ledger;
  readonly roster: MainRoster;
}

/** A thread that ended sooner than this after its start would end again: the next one waits as long, in ms. */
const short = 1000;

/** What a thread may take to stop beyond the drain timeout, in ms: its farewells, its connections' end, its last spans and its last words take 1 s each. */
const farewells = 5000;

/** The threads that serve clients, all on one port: the main thread tells them what has changed, and replaces one that dies. */
export class Crew {
  readonly #parts: CrewParts;
  readonly #workers = new Map<number, Worker>();
  readonly #asking = new Asking((worker, isSilent) => this.#noteSilence(worker, isSilent));
  #config: Config;
  /** Those that there are now. */
  #pools: readonly CrewPool[] = [];
  /** By their numbers; those that are no more, until their last origin has gone. */
  readonly #known = new Map<number, CrewPool>();
  /** The numbers of those whose rosters have changed. */
  readonly #changed = new Set<number>();
  #ports: Ports = { port: 0 };
  #issued: Issued = { pairs: [], proofs: [], pages: [] };
  #isStopping = false;

  constructor(config: Config, parts: CrewParts) {
    this.#parts = parts;
    this.#config = config;
    this.#take(parts.pools);
  }

  /**
   * Starts all; resolves with the ports that they share. Rejects with the system's error, also where somebody else has a port and
   * would share it; it says where that is the one over TLS.
   */
  async listen(ports: Ports, host: string): Promise<Ports> {
    await tryOut(ports.port, host);
    if (ports.tlsPort !== undefined) await tryOut(ports.tlsPort, host, true);
    this.#ports = ports;
    // The first may be the one that is given a free port.
    this.#ports = await this.#startOne(0);
    await Promise.all(Array.from({ length: this.#config.threads - 1 }, (_, others) => this.#startOne(others + 1)));
    return this.#ports;
  }

  /** Has every thread show certificates at the TLS port that were issued in the meantime, beside those of the configuration. */
  show(issued: Issued): void {
    this.#issued = issued;
    this.#tellAll({ kind: 'show', issued });
  }

  /** Has every thread follow another configuration, and those pools. */
  reconfigure(config: Config, pools: readonly CrewPool[]): void {
    this.#config = config;
    this.#take(pools);
    this.#tellAll({ kind: 'reconfigure', config: withoutOrigins(config), pools: pools.map(messageOf), rates: this.#parts.rates.memories });
  }

  /** Has every thread choose by another policy in the pool of that number. */
  switchPolicy(pool: number, policyName: string): void {
    this.#tellAll({ kind: 'switch', pool, policyName });
  }

  /** Answers what is asked about the decisions made in all threads. */
  ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['about']]> {
    return this.#asking.ask(this.#workers.values(), question);
  }

  /**
   * Resolves when every thread works as it was told until now, with the numbers of those that don't answer: they may be hung. One
   * that has ended starts again as it was told last.
   */
  async settled(): Promise<readonly number[]> {
    // The roster is sent only after everything that changes now.
    await Promise.resolve();
    await this.ask({ about: 'nothing' });
    return [...this.#workers].filter(([, worker]) => this.#asking.isSilent(worker)).map(([thread]) => thread);
  }

  /** Ends everything that still runs at an origin of the pool of that number. */
  cut(pool: number, { id, url }: Origin): void {
    this.#tellAll({ kind: 'cut', pool, origin: { id, url: url.href } });
  }

  /** Stops all; resolves when all that ran has ended, or was cut after the drain timeout. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const ends = [...this.#workers.values()].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    this.#tellAll({ kind: 'stop' });
    const end = setTimeout(() => this.#endAll(), this.#config.drainTimeout + farewells);
    await Promise.all(ends);
    clearTimeout(end);
  }

  /** Ends the threads that could not stop by themselves. */
  #endAll(): void {
    for (const [thread, worker] of this.#workers) {
      this.#parts.note(`thread ${thread} does not stop, and is ended with all that ran in it`);
      void worker.terminate();
    }
  }

  #startOne(thread: number): Promise<Ports> {
    const { memory, rates, secret, instance, descriptors } = this.#parts;
    const start: ThreadStart = {
      ...{ memory, thread, secret, instance, config: withoutOrigins(this.#config), pools: this.#pools.map(messageOf) },
      ...{ rates: rates.memories, ports: this.#ports, issued: this.#issued, descriptors },
    };
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: start });
    const begun = performance.now();
    this.#workers.set(thread, worker);
    worker.on('error', (error) =>
      this.#parts.note(`thread ${thread} ended with a mistake: ${error instanceof Error ? error.stack : error}`),
    );
    worker.once('exit', () => {
      this.#asking.gone(worker);
      this.#replace(thread, performance.now() - begun);
    });
    return new Promise((resolve, reject) => {
      worker.once('exit', () => reject(new Error(`thread ${thread} ended before it listened`)));
      worker.on('message', (report: Report) => {
        if (report.kind === 'listening') resolve(report.ports);
        else if (report.kind === 'refused') {
          reject(Object.assign(new Error(`thread ${thread} can not listen: ${report.code}`), { code: report.code, isTls: report.isTls }));
          // It would serve nobody, and nothing would ever start another one.
          void worker.terminate();
        } else this.#hear(worker, report);
      });
    });
  }

  #hear(worker: Worker, report: Report): void {
    if (report.kind === 'answer') this.#asking.hear(worker, report.number, report.answer);
    if (report.kind === 'evidence') this.#parts.tell(report.pool, report.id, report.evidence);
    if (report.kind === 'finished') this.#known.get(report.pool)?.roster.finished(originOf(report.origin));
    if (report.kind === 'stopped') void worker.terminate();
  }

  #noteSilence(silent: Worker, isSilent: boolean): void {
    const [thread] = [...this.#workers].find(([, worker]) => worker === silent) ?? [];
    const words = isSilent ? 'does not answer: it may be hung, and follows no change' : 'answers again, and follows every change';
    this.#parts.note(`thread ${thread} ${words}`);
  }

  /** Gives back what a thread held when it ended, and starts another in its place. */
  #replace(thread: number, lived: number): void {
    this.#workers.delete(thread);
    this.#parts.house.reclaim(thread);
    for (const pool of [...this.#known.values()]) reclaim(pool, thread);
    this.#parts.rates.reclaim(thread, this.#parts.house.thread);
    if (this.#isStopping) return;
    this.#parts.note(`thread ${thread} has ended, and its connections with it; another one takes its place`);
    setTimeout(() => this.#startAgain(thread), lived < short ? short : 0);
  }

  #startAgain(thread: number): void {
    if (this.#isStopping) return;
    this.#startOne(thread).catch((error) => this.#parts.note(error.message));
  }

  /** Has all threads follow the rosters of those pools from now on, until their last origin has gone. */
  #take(pools: readonly CrewPool[]): void {
    this.#pools = pools;
    for (const pool of pools) {
      const { number, roster } = pool;
      if (this.#known.has(number)) continue;
      this.#known.set(number, pool);
      const follow = () => {
        this.#changed.add(number);
        this.#follow();
      };
      roster.followedBy((done) => void this.settled().then(done));
      roster.observe({ changed: follow, replaced: follow, gone: (origin) => this.#letGo(pool, origin) });
    }
  }

  #letGo(pool: CrewPool, origin: Origin): void {
    this.cut(pool.number, origin);
    if (!this.#pools.includes(pool) && [...pool.roster.leaving].length === 0) this.#known.delete(pool.number);
  }

  /** Sends rosters to all once everything that changes now has changed: in the middle one may lack an origin that is there. */
  readonly #follow = soonOnce(queueMicrotask, () => {
    for (const pool of this.#changed) {
      const roster = this.#known.get(pool)?.roster.snapshot() ?? { members: [], leaving: [] };
      this.#tellAll({ kind: 'follow', pool, roster });
    }
    this.#changed.clear();
  });

  #tellAll(order: Order): void {
    for (const worker of this.#workers.values()) worker.postMessage(order);
  }
}

/** Listens for a moment as nobody does who shares. Rejects with the system's error. */
async function tryOut(port: number, host: string, isTls = false): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error) => reject(Object.assign(error, { isTls })));
  server.listen({ port, ...(host === '*' ? {} : { host }) }, resolve);
  await promise;
  await new Promise((closed) => server.close(closed));
}

/** Addresses can't be sent to another thread as they are; the rosters have them as text. */
function withoutOrigins(config: Config): Config {
  return { ...config, origins: [], pools: [] };
}

function messageOf({ number, name, settings, policyName, memory, roster }: CrewPool): PoolMessage {
  return { number, name, settings: { ...settings, origins: [] }, policyName, memory, roster: roster.snapshot() };
}

function originOf({ id, url }: OriginName): Origin {
  return { id, url: new URL(url), weight: 1, backup: false };
}

/** Gives back what a thread held in a pool when it ended. */
function reclaim({ ledger, roster }: CrewPool, thread: number): void {
  ledger.reclaim(thread);
  for (const member of [...roster.members, ...roster.leaving]) {
    member.figures.reclaim(thread);
    roster.finished(member.origin);
  }
}
