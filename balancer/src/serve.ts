import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './account/log.ts';
import { plainAddress } from './admit/address.ts';
import { trustIn } from './admit/trust.ts';
import { createApp } from './app.ts';
import { Dispatch } from './brain/dispatch/journey.ts';
import type { Evidence } from './brain/health/evidence.ts';
import { witness } from './brain/health/witness.ts';
import type { Ledger } from './brain/pool/ledger.ts';
import type { Pool } from './brain/pool/pool.ts';
import { duration } from './brain/pool/standing.ts';
import { classOf } from './brain/pool/tally.ts';
import { WaitingRoom } from './brain/queue/waiting-room.ts';
import type { Origin } from './brain/select/origin.ts';
import { soonOnce } from './brain/soon-once.ts';
import { Decisions } from './brain/story/decisions.ts';
import { type Answers, answer, type Question } from './brain/story/desk.ts';
import type { Config } from './config/options.ts';
import { begin, type LiveParts, reconfigure, switchPolicy } from './config/reconfigure.ts';
import { settingsOf } from './config/settings.ts';
import { WireTransport } from './forward/wire-transport.ts';
import { Listener } from './listen/listener.ts';
import { world } from './process/world.ts';

/** What a thread needs to serve clients. */
export interface ServingParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly now: () => number;
  /** What sticky cookies are encrypted with where the configuration names no secret. */
  readonly secret: string;
  /** A name that no other balancer has; its threads share it. */
  readonly instance: string;
  /** Told what requests have shown of an origin's health. */
  readonly tell: (id: string, evidence: Evidence) => void;
}

/** Hands each text on once. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
}

/** How long a WebSocket's ends may take to close after they were told to, in ms. */
const farewell = 1000;

/** What the decisions of all threads take up at the most, about, in bytes. */
const mostRemembered = 64 * 1024 * 1024;

/** The whole road in one thread, and what can be done to it while requests walk on it. */
export class Serving {
  readonly listener: Listener;
  readonly #parts: LiveParts;
  readonly #live: ReturnType<typeof begin>;
  readonly #log: Log;
  readonly #decisions: Decisions;
  readonly #thread: number;
  /** Readies the policy, once for all that changes together. */
  readonly #prepareSoon = soonOnce(world.soon, () => this.#prepare());

  constructor(config: Config, { pool, ledger, log, now, secret, instance, tell }: ServingParts) {
    const transport = new WireTransport(settingsOf.transport(config), now);
    const room = new WaitingRoom(() => pool.places(), ledger, settingsOf.room(config), world);
    this.#log = log;
    this.#thread = ledger.thread;
    this.#decisions = new Decisions(config.decisions, mostRemembered / config.threads);
    this.#parts = { pool, room, transport, now, secret, ledger };
    this.#live = begin(config, this.#parts);
    const trusts = trustIn(config.trustedProxies);
    const dispatch = new Dispatch({
      pool,
      rules: () => this.#live.rules,
      observe: witness({ roster: pool.roster, now, all: ledger.exchanges() }, tell),
      changed: (exchange) => this.#decisions.changed(exchange),
    });
    const app = createApp({
      ...{ pool, dispatch, transport, room, log, now, decisions: this.#decisions, counts: ledger.exchanges() },
      rules: () => this.#live.rules,
      ...{ webSockets: ledger, maxTunnels: () => this.#live.config.maxTunnels },
      limits: config,
      identity: {
        ...{ trusts, fields: new Set(config.trustedFields), via: config.via, instance },
        unbelieved: once((name) =>
          log.note(
            `a trusted proxy sends ${name}, which is dropped: its client may have made it up; where the proxy sets it itself, name it in --trusted-fields`,
          ),
        ),
      },
    });
    const counts = ledger.exchanges();
    this.listener = new Listener(app.handler, config, app.classes, ledger, trusts, (client, sentence) => {
      counts.ended(classOf(Number.parseInt(sentence, 10)));
      log.refused(plainAddress(client), sentence);
    });
    pool.roster.observe({ changed: () => this.#adapt(), replaced: () => this.#adapt(), gone: (origin) => transport.cut(origin) });
    this.#prepare();
  }

  /** The name of the policy in use. */
  get policyName(): string {
    return this.#live.policyName;
  }

  /** Starts listening; see Listener. */
  listen(port: number, host: string, shared = false): Promise<number> {
    return this.listener.listen(port, host, shared);
  }

  /** Follows another configuration and the policy of that name, but not its origins, which the roster follows. */
  reconfigure(next: Config, policyName: string): void {
    reconfigure(this.#live, next, policyName, this.#parts);
    this.listener.idleTimeout = next.idleTimeout;
  }

  switchPolicy(name: string): void {
    switchPolicy(this.#live, name, this.#parts);
  }

  /** Answers what is asked about the decisions made here. */
  ask<Asked extends Question>(question: Asked): Answers[Asked['about']] {
    return answer(question, this.#decisions, this.#thread) as Answers[Asked['about']];
  }

  /** Resolves when it works as it was told until now, with who does not: a crew of threads needs a moment for that. */
  settled(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }

  /** Ends everything that still runs at an origin. */
  cut(origin: Origin): void {
    this.#parts.transport.cut(origin);
  }

  /** Stops accepting; resolves when all that ran has ended, or was cut after the drain timeout. */
  async stop(): Promise<void> {
    const { transport } = this.#parts;
    const timeout = this.#live.config.drainTimeout;
    const farewells = setTimeout(() => transport.goAway(), timeout);
    const end = setTimeout(() => {
      this.#log.note(`connections cut, still busy after ${duration(timeout)}: ${this.listener.cut()}`);
    }, timeout + farewell);
    await this.listener.stop();
    clearTimeout(farewells);
    clearTimeout(end);
    // A connection that is still being made has nobody left to serve.
    await Promise.race([transport.close(), delay(farewell)]);
  }

  /** Whatever changes in the roster may make room for those who wait, and readies the policy. */
  #adapt(): void {
    this.#parts.room.admit();
    this.#prepareSoon();
  }

  #prepare(): void {
    this.#live.rules.policy.prepare?.(this.#parts.pool.usable());
  }
}
