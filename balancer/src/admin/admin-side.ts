import type { Server } from 'node:net';
import type { Express } from 'express';
import type { Health } from '../brain/health/health.ts';
import { LeakWatch } from '../brain/health/leaks.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { MainRoster } from '../brain/pool/main-roster.ts';
import type { Pool } from '../brain/pool/pool.ts';
import { policies } from '../brain/select/policies.ts';
import type { Answers, Question } from '../brain/story/desk.ts';
import { createAdmin } from './app.ts';
import { limitCrowd } from './crowd.ts';
import { EventStream } from './events.ts';
import type { Access } from './guard.ts';
import { History } from './history.ts';
import { Reporter } from './report.ts';
import { TrafficGenerator } from './traffic/generator.ts';
import { VainTries } from './vain-tries.ts';

/** Whoever serves clients, as the admin side sees it. */
export interface Served {
  readonly policyName: string;
  /** Resolves when it works as it was told until now, with the numbers of the threads that don't answer. */
  settled(): Promise<readonly number[]>;
  ask<Asked extends Question>(question: Asked): Answers[Asked['about']] | Promise<Answers[Asked['about']]>;
}

/** What the admin side is about. */
export interface AdminSideParts {
  readonly roster: MainRoster;
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly health: Health;
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
  /** Switches to the policy of that name; resolves with what is wrong with the name, if anything is. */
  readonly choosePolicy: (name: string) => Promise<string | undefined>;
  /** Nothing while requests are welcome; else why they are not, in a word or a few. */
  readonly unready: () => string | undefined;
  readonly note: (message: string) => void;
}

/** Everything that shows and steers a balancer, beside the road that requests walk on. */
export class AdminSide {
  readonly app: Express;
  readonly #events: EventStream;
  readonly #traffic: TrafficGenerator;
  readonly #clock: NodeJS.Timeout;
  readonly #access: () => Access;
  readonly #refusals: VainTries;

  constructor(parts: AdminSideParts) {
    const { roster, pool, ledger, health, server, threads, version, access, host, port, choosePolicy, unready, note } = parts;
    const history = new History(pool, ledger);
    const policy = () => server.policyName;
    const ask: Served['ask'] = (question) => server.ask(question);
    const fixed = { version, policies: Object.keys(policies), threads };
    const reporter = new Reporter({ ...{ pool, ledger, history, policy, fixed, port }, probesOf: (id) => health.probesOf(id) });
    const events = new EventStream({
      ask,
      status: () => reporter.status(),
      live: () => reporter.live(),
      seconds: () => history.seconds,
    });
    const leaks = new LeakWatch(ledger, note);
    const traffic = new TrafficGenerator(() => (port() === 0 ? undefined : `http://${reachable(host)}:${port()}`), note, parts.mostTraffic);
    this.app = createAdmin({
      ...{ roster, pool, ledger, policy, ask, reporter, events, traffic, access, unready, note, leaks },
      settled: () => server.settled(),
      choosePolicy: async (name) => {
        const problem = await choosePolicy(name);
        if (problem === undefined) events.tellStatus();
        return problem;
      },
    });
    roster.observe({ changed: () => events.tellStatus(), replaced: () => events.tellStatus() });
    this.#access = access;
    this.#refusals = new VainTries(() => performance.now(), note);
    this.#events = events;
    this.#traffic = traffic;
    this.#clock = setInterval(() => {
      leaks.look();
      events.tellSecond(history.sample());
    }, 1000).unref();
  }

  /** Takes in that an address was refused in a sentence, before there was a request that anybody here could see. */
  refused(address: string, sentence: string): void {
    this.#refusals.count(address, `⇒ ${sentence}`);
  }

  /** Keeps those who connect to the admin port from taking all of it; see there. */
  limitCrowd(server: Server): void {
    const refused = (address: string) => this.#refusals.count(address, 'was closed at once: it has too many connections open');
    limitCrowd(server, () => this.#access().callers, refused);
  }

  /** Ends the traffic that was made here, so that nobody waits for it. */
  endTraffic(): void {
    void this.#traffic.end();
  }

  /** Ends what would go on for ever. */
  end(): void {
    clearInterval(this.#clock);
    this.#events.end();
    void this.#traffic.stop();
  }
}

/** Where this machine reaches what listens at an address. */
function reachable(host: string): string {
  if (host === '*' || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
