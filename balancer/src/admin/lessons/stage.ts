import type { ShownPool } from '../shown-pool.ts';
import { type Answer, Asker } from './asking.ts';
import { Dialing, type Fault } from './dialing.ts';
import { PolicyChoice } from './policy-choice.ts';
import { PutBack } from './put-back.ts';
import { NoLesson, Stuck } from './refusal.ts';
import { Weights } from './weights.ts';
import { forget, isWell } from './wellness.ts';

/** What a check is played with. */
export interface StageParts {
  readonly pool: ShownPool;
  /** Where the balancer listens, as a URL. */
  readonly target: string;
  /** Switches the pool to the policy of that name; resolves with what is wrong with the name, if anything is. */
  readonly choosePolicy: (pool: ShownPool, name: string) => Promise<string | undefined>;
  /** Resolves when every thread works as it was told until now. */
  readonly settled: () => Promise<unknown>;
  /** Aborted where the check is called off. */
  readonly signal: AbortSignal;
  /** Told what the check does now. */
  readonly doing: (step: string) => void;
}

/** Origins that take part in a check. */
const cast = 4;

/** How long origins may take to become ready, in ms. */
const patience = 4000;

/**
 * A running stack as a check uses it: four origins, by their places from 0, which it may slow down, break, drain and weigh; the policy; and
 * requests through the public port. Every change is remembered before it is made, and `end` puts all back.
 */
export class Stage {
  readonly ask: Asker;
  readonly #parts: StageParts;
  readonly #putBack = new PutBack();
  readonly #ids: readonly string[];
  #dials: readonly Dialing[] = [];
  readonly #policy: PolicyChoice;
  readonly #weights: Weights;

  /** Throws NoLesson where there are too few origins, or they can't be told apart. */
  constructor(parts: StageParts) {
    const origins = parts.pool.roster.members.map(({ origin }) => origin).filter(({ backup }) => !backup);
    const ports = origins.slice(0, cast).map(({ url }) => url.port);
    if (new Set(ports).size < cast) {
      throw new NoLesson(`the checks need four origins at four different ports, as \`npm start\` has them; there are ${ports.length} here`);
    }
    this.#parts = parts;
    this.#ids = origins.slice(0, cast).map(({ id }) => id);
    this.#policy = new PolicyChoice(parts, this.#putBack);
    this.#weights = new Weights(parts.pool, this.#putBack);
    this.ask = new Asker(parts.target, ports, parts.signal);
  }

  /**
   * Brings the stack to where every check begins: four origins well and of one weight, everybody else taken out, and a request answered.
   * Rejects with NoLesson where that can't be.
   */
  async begin(): Promise<void> {
    const { pool } = this.#parts;
    this.#doing('sees to it that all origins are well');
    // Put back last, when nothing is broken any more.
    const ready = pool.roster.members.filter(({ isReady }) => isReady).map(({ origin }) => origin.id);
    this.#putBack.add(() => this.#heal(ready));
    const origins = this.#ids.map((id) => pool.roster.named(id).origin);
    this.#dials = await Promise.all(origins.map((origin) => Dialing.at(origin, this.#putBack)));
    await Promise.all(this.#dials.map((dial) => dial.set(null)));
    for (const { origin } of pool.roster.members) if (!this.#ids.includes(origin.id)) this.#takeOut(origin.id);
    for (const place of this.#ids.keys()) {
      await this.weigh(place, 1);
      await this.#enableAtFirst(place);
    }
    forget(pool, 'a check of the course begins');
    await this.until(() => this.#ids.every((id) => isWell(pool, id)), patience).catch((error) => this.#refuseUnwell(error));
    const { status, origin } = await this.ask.ask();
    if (status === 200 && origin !== undefined) return;
    throw new NoLesson(`GET / was answered with ${status || 'nothing'}, and by none of the origins; the checks need it to lead to them`);
  }

  /** Has the pool choose by that policy. Rejects with Meddled where somebody else has chosen one since. */
  async choose(name: string): Promise<void> {
    this.#parts.signal.throwIfAborted();
    this.#doing(`chooses ${name}`);
    await this.#policy.choose(name);
    await this.#parts.settled();
  }

  /** Breaks an origin so, in place of what was; without a fault, mends it. */
  async fault(place: number, fault: Fault | null): Promise<void> {
    this.#parts.signal.throwIfAborted();
    this.#doing(fault ? `dials ${JSON.stringify(fault)} at ${this.#ids[place]}` : `mends ${this.#ids[place]}`);
    await this.#dials[place]?.set(fault);
  }

  /** Breaks all origins, each as `faultOf` says for its place. */
  async faults(faultOf: (place: number) => Fault | null): Promise<void> {
    await Promise.all(this.#ids.map((_, place) => this.fault(place, faultOf(place))));
  }

  /** Takes an origin out; resolves once nothing runs there any more. */
  async drain(place: number): Promise<void> {
    this.#parts.signal.throwIfAborted();
    this.#doing(`drains ${this.#ids[place]}`);
    this.#takeOut(this.#ids[place] as string);
    await this.#parts.settled();
    await this.until(() => this.stateOf(place) === 'drained', patience);
  }

  /** Puts an origin back that was taken out. */
  async enable(place: number): Promise<void> {
    this.#parts.pool.roster.enable(this.#ids[place] as string);
    await this.#parts.settled();
  }

  /** Gives an origin another weight. Rejects with Meddled where somebody else has done so since. */
  async weigh(place: number, weight: number): Promise<void> {
    if (this.#weights.weigh(this.#ids[place] as string, weight)) await this.#parts.settled();
  }

  /** Holds all requests back for so many ms. */
  pause(ms: number): void {
    const { pause } = this.#parts.pool;
    this.#putBack.add(() => {
      if (pause.left <= ms) pause.end();
      return undefined;
    });
    this.#doing(`holds all requests back for ${ms} ms`);
    pause.begin(ms);
  }

  stateOf(place: number): string {
    return this.#parts.pool.roster.named(this.#ids[place] as string).state;
  }

  /** Whether the latest probe of an origin found it well. */
  seemsWell(place: number): boolean {
    return this.#parts.pool.health.probesOf(this.#ids[place] as string).at(-1)?.problem === undefined;
  }

  /** Has every origin forgotten what it answered, and put back who is ejected. */
  async forgive(): Promise<void> {
    const { pool } = this.#parts;
    forget(pool, 'a check of the course goes on');
    await this.until(() => this.#ids.every((id) => isWell(pool, id)), patience);
  }

  /** How many attempts there were at all origins while something ran, those of others included; and what came of it. */
  async attemptsIn(run: () => Promise<Answer[]>): Promise<{ readonly attempts: number; readonly answers: readonly Answer[] }> {
    const { roster, ledger } = this.#parts.pool;
    const picks = () => roster.members.reduce((sum, { slot }) => sum + ledger.picksIn(slot), 0);
    const before = picks();
    const answers = await run();
    return { attempts: picks() - before, answers };
  }

  /** Resolves once something holds; rejects where it doesn't in so many ms. */
  async until(holds: () => boolean, ms: number): Promise<void> {
    const due = performance.now() + ms;
    while (!holds()) {
      if (performance.now() > due) throw new Stuck(`it did not come to that within ${ms / 1000} s: ${this.#standings()}`);
      await this.ask.rest(10);
    }
  }

  /** Puts everything back as it was; resolves with a sentence for each thing that is not. */
  async end(): Promise<string[]> {
    this.ask.end();
    const sentences = await this.#putBack.all();
    await this.#parts.settled();
    return sentences;
  }

  #doing(step: string): void {
    this.#parts.doing(step);
  }

  /** Once each origin, also one that the check found drained, is put back as it was found. */
  #takeOut(id: string): void {
    const { roster } = this.#parts.pool;
    if (isTakenOut(roster.named(id).state)) return;
    this.#putBack.add(() => {
      if (roster.memberCalled(id)) roster.enable(id);
      return undefined;
    });
    roster.drain(id);
  }

  async #enableAtFirst(place: number): Promise<void> {
    const { roster } = this.#parts.pool;
    const id = this.#ids[place] as string;
    if (!isTakenOut(roster.named(id).state)) return;
    this.#putBack.add(() => {
      if (roster.memberCalled(id)) roster.drain(id);
      return undefined;
    });
    await this.enable(place);
  }

  /** Has everybody forgotten what was only shown, and waits until those are ready again that were. */
  async #heal(ready: readonly string[]): Promise<string | undefined> {
    const { pool } = this.#parts;
    forget(pool, 'a check of the course is over');
    const due = performance.now() + patience;
    const late = () => ready.filter((id) => pool.roster.memberCalled(id) && !isWell(pool, id));
    while (late().length > 0 && performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 10));
    return late().length > 0 ? `not ready yet: ${late().join(', ')}` : undefined;
  }

  #refuseUnwell(error: unknown): never {
    if (this.#parts.signal.aborted) throw error;
    throw new NoLesson(`the checks need four origins that are well: ${this.#standings()}`);
  }

  #standings(): string {
    const { roster } = this.#parts.pool;
    return this.#ids.map((id) => `${id} is ${roster.memberCalled(id)?.standing.state ?? 'gone'}`).join(', ');
  }
}

function isTakenOut(state: string): boolean {
  return state === 'draining' || state === 'drained';
}
