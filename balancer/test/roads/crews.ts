import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence } from '../../src/brain/health/evidence.ts';
import { Ledger } from '../../src/brain/pool/ledger.ts';
import type { Answers, Question } from '../../src/brain/story/desk.ts';
import { changesBetween } from '../../src/config/changes.ts';
import type { Config } from '../../src/config/options.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { Crew, type CrewPool } from '../../src/threads/crew.ts';
import { ledgerMemory, waits } from '../../src/threads/memory.ts';
import { SharedRates } from '../../src/threads/shared-rates.ts';
import { type OwnPool, ownPool } from '../ledger.ts';
import { until } from '../until.ts';
import { instance, now, secret } from './road.ts';
import { overTls } from './tls-flags.ts';

/** How long clients may take to be gone, in ms. */
const farewell = 200;

/** A crew with all that belongs to it; it logs to a file of its own. */
export class TestCrew {
  readonly ledger: Ledger;
  readonly pool: OwnPool;
  readonly notes: string[] = [];
  /** Told what requests have shown of an origin's health. */
  tell: (id: string, evidence: Evidence) => void = () => {};
  readonly #crew: Crew;
  readonly #folder = mkdtempSync(join(tmpdir(), 'crew-'));
  readonly #log = openSync(join(this.#folder, 'log'), 'a+');
  #config: Config;
  /** Its only pool counts where the whole crew does. */
  readonly #memory: SharedArrayBuffer;
  readonly #rates: SharedRates;
  #port: Promise<number> | undefined;

  constructor(config: Config) {
    const memory = ledgerMemory(config.threads);
    this.#memory = memory;
    this.#rates = new SharedRates(config.routes ?? [], now);
    this.#config = config;
    this.ledger = new Ledger(memory, config.threads, waits);
    this.pool = ownPool(config.origins, settingsOf.pool(config), this.ledger, now);
    this.#crew = new Crew(config, {
      ...{
        memory,
        house: this.ledger,
        pools: [this.#served(config)],
        rates: this.#rates,
        secret,
        instance,
        descriptors: { lines: this.#log, notes: this.#log },
      },
      note: (message) => this.notes.push(message),
      tell: (_pool, id, evidence) => this.tell(id, evidence),
    });
  }

  /** HTTP/2 is asked for at the plain port. */
  get #isOverTls(): boolean {
    return overTls && !this.#config.h2c;
  }

  /** Starts the threads, if they don't run yet; resolves with their port. */
  listen(host: string): Promise<number> {
    this.#port ??= this.#crew
      .listen(this.#isOverTls ? { port: 0, tlsPort: 0 } : { port: 0 }, host)
      .then(({ port, tlsPort }) => tlsPort ?? port);
    return this.#port;
  }

  ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['about']]> {
    return this.#crew.ask(question);
  }

  /** All lines of the log. */
  logged(): Record<string, unknown>[] {
    const lines = readFileSync(join(this.#folder, 'log'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  /** Whether the threads can follow another configuration without a restart. */
  canFollow(config: Config): boolean {
    return changesBetween(this.#config, config).restart.length === 0;
  }

  /** Goes on as if it had just been started with another configuration. */
  reuse(config: Config): void {
    ftruncateSync(this.#log);
    this.notes.length = 0;
    this.#config = config;
    // A limit that another test has had is one of its own.
    this.#rates.follow([]);
    this.#rates.follow(config.routes ?? []);
    this.#crew.reconfigure(config, [this.#served(config)]);
    this.pool.configure(settingsOf.pool(config));
    this.pool.roster.replace(config.origins);
    for (const origin of config.origins) this.pool.roster.setHealth(origin, 'up', 'begins anew', false);
  }

  /**
   * Ends all that runs, and lets the origins go; says whether no client is left then. Rejects where something is still counted as
   * running when nothing runs.
   */
  async clear(): Promise<boolean> {
    const { roster } = this.pool;
    for (const { origin } of roster.members) this.#crew.cut(1, origin);
    roster.replace([]);
    for (const end = performance.now() + farewell; this.ledger.connect(0) > 0; await pause(1)) if (performance.now() > end) return false;
    const left = () => ({ inside: this.ledger.enter(0), waiting: this.ledger.waiting, leaving: [...roster.leaving].length });
    await until(() => Object.values(left()).every((count) => count === 0), left);
    return true;
  }

  #served(config: Config): CrewPool {
    const { ledger, pool } = this;
    return { number: 1, name: 'default', settings: config, policyName: config.policy, memory: this.#memory, ledger, roster: pool.roster };
  }

  /** Ends the threads. */
  async stop(): Promise<void> {
    if (this.#port) await this.#port.then(() => this.#crew.stop());
    closeSync(this.#log);
    rmSync(this.#folder, { recursive: true });
  }
}
