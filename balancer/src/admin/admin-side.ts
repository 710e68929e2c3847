import { isDeepStrictEqual } from 'node:util';
import type { Express } from 'express';
import type { LeakWatch } from '../brain/health/leaks.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Route } from '../brain/route/route.ts';
import { policies } from '../brain/select/policies.ts';
import type { Answers, Question } from '../brain/story/desk.ts';
import type { Access } from './access.ts';
import type { AcmeReport, CertificateReport } from './api.ts';
import { createAdmin } from './app.ts';
import { EventStream } from './events.ts';
import { History } from './history.ts';
import { Examiner } from './lessons/examiner.ts';
import type { Readers } from './membership.ts';
import { Reporter } from './report.ts';
import type { ShownPool, ShownPools } from './shown-pool.ts';
import { TrafficGenerator } from './traffic/generator.ts';

/** Whoever serves clients, as the admin side sees it. */
export interface Served {
  /** Resolves when it works as it was told until now, with the numbers of the threads that don't answer. */
  settled(): Promise<readonly number[]>;
  ask<Asked extends Question>(question: Asked): Answers[Asked['about']] | Promise<Answers[Asked['about']]>;
}

/** What the admin side is about. */
export interface AdminSideParts {
  readonly pools: ShownPools;
  /** In the order in which they are tried; none where all requests go to the only pool. */
  readonly routes: () => readonly Route[];
  /** Where it is counted what is the whole balancer's. */
  readonly house: Ledger;
  /** The time in ms, on the pools' clock. */
  readonly now: () => number;
  /** When the balancer was started, on that clock. */
  readonly begun: number;
  readonly server: Served;
  readonly threads: number;
  /** How many requests of an order of traffic may be under way. */
  readonly mostTraffic: number;
  readonly version: string;
  /** Who may use the admin side now. */
  readonly access: () => Access;
  /** The public port; 0 before it is known. */
  readonly port: () => number;
  /** The address that the public port is at. */
  readonly host: string;
  /** How what is given by hand is read. */
  readonly read: Readers;
  /** Switches a pool to the policy of that name; resolves with what is wrong with the name, if anything is. */
  readonly choosePolicy: (pool: ShownPool, name: string) => Promise<string | undefined>;
  /** Nothing while requests are welcome; else why they are not, in a word or a few. */
  readonly unready: () => string | undefined;
  readonly leaks: Pick<LeakWatch, 'found'>;
  /** What clients are shown over TLS. */
  readonly certificates?: (() => readonly CertificateReport[]) | undefined;
  /** How certificates stand that are had by themselves, where any are. */
  readonly acme?: (() => AcmeReport | undefined) | undefined;
  readonly note: (message: string) => void;
}

/** Everything that shows and steers a balancer, beside the road that requests walk on; see gate.ts for what stands before it. */
export class AdminSide {
  readonly app: Express;
  readonly #events: EventStream;
  readonly #traffic: TrafficGenerator;
  readonly #examiner: Examiner;
  readonly #clock: NodeJS.Timeout;

  constructor(parts: AdminSideParts) {
    const {
      pools,
      routes,
      house,
      now,
      begun,
      server,
      threads,
      version,
      access,
      host,
      port,
      read,
      choosePolicy,
      unready,
      leaks,
      acme,
      certificates,
      note,
    } = parts;
    const shown = () => pools.all;
    const history = new History(shown, now);
    const ask: Served['ask'] = (question) => server.ask(question);
    const fixed = { version, policies: Object.keys(policies), threads };
    const mode = () => ({ isDemo: access().isDemo === true, isReadonly: access().isReadonly === true });
    const reporter = new Reporter({ pools: shown, routes, house, now, begun, history, fixed, port, mode, acme, certificates });
    const events = new EventStream({
      ask,
      status: () => reporter.status(),
      live: () => reporter.live(),
      seconds: () => history.seconds,
    });
    const target = () => (port() === 0 ? undefined : `http://${reachable(host)}:${port()}`);
    const traffic = new TrafficGenerator(target, note, parts.mostTraffic);
    const choose: typeof choosePolicy = async (pool, name) => {
      const problem = await choosePolicy(pool, name);
      if (problem === undefined) events.tellStatus();
      return problem;
    };
    const settled = () => server.settled();
    const examiner = new Examiner({
      pools,
      routes,
      target,
      choosePolicy: choose,
      settled,
      isTrafficMade: () => traffic.status.isRunning,
      note,
    });
    this.app = createAdmin({
      ...{ pools, house, read, ask, reporter, events, traffic, examiner, access, unready, note, leaks },
      ...{ settled, choosePolicy: choose },
    });
    pools.observe(() => events.tellStatus());
    this.#events = events;
    this.#traffic = traffic;
    this.#examiner = examiner;
    const tellCertificates = onChange(
      () => [acme?.(), certificates?.().map(({ file, expires }) => [file, expires])],
      () => events.tellStatus(),
    );
    this.#clock = setInterval(() => {
      events.tellSecond(history.sample());
      tellCertificates();
    }, 1000).unref();
  }

  /** Ends the traffic that was made here, and a check with what it has changed, so that nobody waits for it. */
  endTraffic(): void {
    this.#examiner.end();
    void this.#traffic.end();
  }

  /** Ends what would go on for ever. */
  end(): void {
    clearInterval(this.#clock);
    this.#events.end();
    void this.#traffic.stop();
  }
}

/** Makes a function that looks, and tells where that looks other than the last time. */
function onChange(look: () => unknown, tell: () => void): () => void {
  let last: unknown;
  return () => {
    const next = look();
    if (!isDeepStrictEqual(next, last)) tell();
    last = next;
  };
}

/** Where this machine reaches what listens at an address. */
function reachable(host: string): string {
  if (host === '*' || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
