import type { Candidate } from './candidate.ts';
import { candidateAt } from './first.ts';
import { compareHotOrCold } from './hot-or-cold.ts';
import { Memory } from './memory.ts';
import type { Origin } from './origin.ts';
import { costOf } from './peak-ewma.ts';
import type { Load, PolicyEnv } from './policy.ts';
import { RecentQuantile } from './recent-quantile.ts';

/** Origins that are asked, at most, with each pick. */
const asksPerPick = 3;
/** Origins that are asked, at most, per ms, however many picks there are. */
const asksPerMs = 1;
/** Answers that are kept; and of how many candidates the balancer's own figures are looked at, where they are more and don't answer. */
export const poolSize = 16;
/** How long an answer is of use, in ms. */
const freshFor = 1000;
/** How long an origin that doesn't answer isn't asked again, in ms. */
const silence = 10_000;
/** An origin is hot with more in flight than this part of the recent answers had. */
const hotQuantile = 2 ** -0.25;

type Mutable<Figures> = { -readonly [Figure in keyof Figures]: Figures[Figure] };

/** The newest answer of one origin. */
interface Answer extends Mutable<Load> {
  /** When it came, in ms. */
  at: number;
  /** Whether the origin was asked and has not answered yet. */
  isDue: boolean;
  /** Until when the origin isn't asked, since it didn't answer. */
  silentUntil: number;
  /** Whose it is, and where that stood in the list when it was asked. */
  readonly origin: Origin;
  place: number;
}

/** What is known of an origin that was never asked. */
function unasked(origin: Origin): Answer {
  return { origin, place: 0, inFlight: 0, latencyMs: 0, at: Number.NEGATIVE_INFINITY, isDue: false, silentUntil: Number.NEGATIVE_INFINITY };
}

/**
 * What the origins said of their load lately. A few of them, drawn at random, are asked after each pick and answer in their own
 * time; who doesn't answer, or can't be asked, is taken to be as the balancer itself sees it. One newest answer of each origin
 * is kept, and used until it is old.
 */
export class LoadAnswers {
  readonly #env: PolicyEnv;
  readonly #memory = new Memory(unasked);
  readonly #recent = new RecentQuantile(hotQuantile);
  /** Those who have answered, the oldest answer first. */
  readonly #pool: Answer[] = [];
  /** Who is looked at; used again with every pick. */
  readonly #places: number[] = [];
  /** Those who are to be asked after the pick. */
  readonly #toAsk: { readonly origin: Origin; readonly answer: Answer }[] = [];
  #allowance = poolSize;
  #countedAt: number;
  #candidates = 0;
  #taken = 0;

  constructor(env: PolicyEnv) {
    this.#env = env;
    this.#countedAt = env.now();
  }

  /** An origin is hot with more in flight than this. */
  get hotAbove(): number {
    return this.#recent.value;
  }

  /** Begins a pick: draws a few of the candidates, who are asked later. */
  beginPick(candidates: readonly Candidate[], now: number): void {
    this.#memory.beginPick();
    this.#candidates = candidates.length;
    this.#allowance = Math.min(poolSize, this.#allowance + (now - this.#countedAt) * asksPerMs);
    this.#countedAt = now;
    for (let asked = 0; asked < asksPerPick; asked += 1) {
      const place = Math.floor(this.#env.random() * candidates.length);
      this.#ask(candidateAt(candidates, place), place, now);
    }
  }

  /** Asks those who were drawn since the last time: to ask takes many times as long as to pick, and other threads may wait for a pick. */
  askThem(): void {
    const { probe } = this.#env;
    if (!probe || this.#toAsk.length === 0) return;
    for (const { origin, answer } of this.#toAsk.splice(0)) {
      probe(origin, (load) => (load ? this.#take(load, answer) : this.#giveUp(answer)));
    }
  }

  /**
   * The places of those of many candidates who are looked at: who has answered lately, and as many more, drawn at random, as make up the
   * number of answers that are kept.
   */
  placesAmongMany(candidates: readonly Candidate[]): readonly number[] {
    const places = this.#places;
    places.length = 0;
    for (const answer of this.#pool) {
      const place = placeOf(answer, candidates);
      if (place >= 0) places.push(place);
    }
    while (places.length < poolSize) places.push(this.#placeOfStranger(candidates));
    return places;
  }

  /** The place of one that has not answered lately. */
  #placeOfStranger(candidates: readonly Candidate[]): number {
    const place = Math.floor(this.#env.random() * candidates.length);
    const { at } = this.#memory.of(candidateAt(candidates, place).origin, place);
    // Who is there already is not looked at twice; the next one is most likely a stranger.
    return at === Number.NEGATIVE_INFINITY ? place : (place + 1) % candidates.length;
  }

  /** Reads the load of the candidate at `place` of the list into `load`; false where it isn't known. */
  read(candidate: Candidate, place: number, now: number, load: Mutable<Load>): boolean {
    const answer = this.#answerOf(candidate, place, now);
    if (!answer) {
      // An origin says how fast it is with so many in flight; the balancer must work that out, as peak-ewma does.
      load.inFlight = queueOf(candidate);
      load.latencyMs = costOf(candidate);
      return true;
    }
    load.inFlight = answer.inFlight;
    load.latencyMs = answer.latencyMs;
    return now - answer.at < freshFor;
  }

  /**
   * Counts one more request in at the picked candidate, since its answer will not before the next one. Returns the answer's age
   * in ms; nothing where the balancer's own figures were used.
   */
  countIn(candidate: Candidate, place: number, now: number): number | undefined {
    const answer = this.#answerOf(candidate, place, now);
    if (!answer) return undefined;
    answer.inFlight += 1;
    return now - answer.at;
  }

  /** The newest answer of a candidate; nothing where it can't be asked or doesn't answer. */
  #answerOf({ origin }: Candidate, place: number, now: number): Answer | undefined {
    if (!this.#env.probe) return undefined;
    const answer = this.#memory.of(origin, place);
    return now < answer.silentUntil ? undefined : answer;
  }

  #ask(candidate: Candidate, place: number, now: number): void {
    const { probe } = this.#env;
    const answer = this.#answerOf(candidate, place, now);
    if (!probe || !answer) {
      this.#recent.add(queueOf(candidate));
      return;
    }
    if (answer.isDue || this.#allowance < 1) return;
    this.#allowance -= 1;
    answer.isDue = true;
    answer.place = place;
    this.#toAsk.push({ origin: candidate.origin, answer });
  }

  #giveUp(answer: Answer): void {
    answer.isDue = false;
    answer.silentUntil = this.#env.now() + silence;
  }

  #take({ inFlight, latencyMs }: Load, answer: Answer): void {
    answer.isDue = false;
    answer.inFlight = inFlight;
    answer.latencyMs = latencyMs;
    answer.at = this.#env.now();
    this.#recent.add(inFlight);
    this.#remove(answer);
    this.#pool.push(answer);
    this.#taken += 1;
    this.#tidy();
  }

  /**
   * Keeps the pool to its size. Where there are more origins than it has places, one answer goes for every three that come, in
   * turn the oldest and the worst: otherwise only bad ones would be left, since the good ones are used.
   */
  #tidy(): void {
    const oldest = this.#pool[0];
    if (oldest && this.#pool.length > poolSize) this.#forget(oldest);
    if (this.#candidates <= poolSize || this.#taken % asksPerPick !== 0) return;
    const worst = this.#pool.reduce((a, b) => (compareHotOrCold(a, b, this.hotAbove) >= 0 ? a : b));
    this.#forget(this.#taken % (2 * asksPerPick) === 0 ? worst : (this.#pool[0] ?? worst));
  }

  #forget(answer: Answer): void {
    answer.at = Number.NEGATIVE_INFINITY;
    this.#remove(answer);
  }

  #remove(answer: Answer): void {
    const place = this.#pool.indexOf(answer);
    if (place >= 0) this.#pool.splice(place, 1);
  }
}

/** Where in the list the origin of an answer stands; -1 where it doesn't. */
function placeOf(answer: Answer, candidates: readonly Candidate[]): number {
  if (candidates[answer.place]?.origin === answer.origin) return answer.place;
  const place = candidates.findIndex(({ origin }) => origin === answer.origin);
  if (place >= 0) answer.place = place;
  return place;
}

/** What a candidate has in flight for each 1 of its weight. */
function queueOf({ inFlight, weight }: Candidate): number {
  return weight > 0 ? inFlight / weight : inFlight;
}
