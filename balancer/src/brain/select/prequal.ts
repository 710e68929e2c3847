import type { Candidate } from './candidate.ts';
import { draw } from './draw.ts';
import { candidateAt } from './first.ts';
import { compareHotOrCold } from './hot-or-cold.ts';
import { LoadAnswers, poolSize } from './load-answers.ts';
import type { Facts, Load, Pick, PolicyEnv, PolicyFactory, SelectionPolicy } from './policy.ts';

/** Too little was known, so chance decided. */
interface Drawn extends Facts {
  readonly id: string;
  readonly candidates: number;
  /** How many candidates' loads were known. */
  readonly known: number;
}

/** What decided, and what was known of the origin that was picked. */
interface Known extends Drawn, Load {
  readonly hotAbove: number;
  /** How old its answer was, in ms; nothing for the balancer's own figures. */
  readonly age: number | undefined;
}

/**
 * Asks a few origins for their load with every pick, and picks by the answers that are there: hot are those with more in
 * flight than most; of the cold ones the fastest is taken, and the one with fewest in flight where all are hot. With fewer
 * than two answers it is random.
 *
 * For origins that other balancers or their own neighbours slow down: only they know. Where they can't be asked, the balancer's
 * own figures stand in. Weights count for random picks, between equals, and
 * in the balancer's own figures as what is in flight for an origin's weight; an origin's answers say themselves what it can take.
 * Source: Wydrowski et al., Load is not what you should balance: introducing Prequal, NSDI 2024; for a single balancer with a
 * small pool, the newest answer of each origin is kept and its reuse is not limited; of more than 16 candidates, 16 are looked at.
 */
export const prequal: PolicyFactory = (env) => new Prequal(env);

class Prequal implements SelectionPolicy {
  readonly #env: PolicyEnv;
  readonly #answers: LoadAnswers;
  /** The load of the candidate that is looked at, and of the best so far. */
  #load = { inFlight: 0, latencyMs: 0 };
  #best = { inFlight: 0, latencyMs: 0 };
  /** How many loads were known. */
  #known = 0;
  #hotAbove = 0;

  constructor(env: PolicyEnv) {
    this.#env = env;
    this.#answers = new LoadAnswers(env);
  }

  select(candidates: readonly Candidate[]): Pick {
    const now = this.#env.now();
    this.#answers.beginPick(candidates, now);
    const place = this.#placeOfBest(candidates, now);
    const known = this.#known;
    if (known < 2) return drawn(candidates, this.#env.random(), known);
    const candidate = candidateAt(candidates, place);
    const age = this.#answers.countIn(candidate, place, now);
    const { inFlight, latencyMs } = this.#best;
    const hotAbove = this.#hotAbove;
    const facts: Known = { id: candidate.origin.id, candidates: candidates.length, known, hotAbove, inFlight, latencyMs, age, explain };
    return { candidate, facts };
  }

  afterPick(): void {
    this.#answers.askThem();
  }

  #placeOfBest(candidates: readonly Candidate[], now: number): number {
    this.#known = 0;
    this.#hotAbove = this.#answers.hotAbove;
    return candidates.length > poolSize ? this.#bestOfMany(candidates, now) : this.#bestOfAll(candidates, now);
  }

  /** Looks at all whose load is known; equals are told apart by where the search begins, which is drawn by weight. */
  #bestOfAll(candidates: readonly Candidate[], now: number): number {
    let best = 0;
    let place = candidates.indexOf(draw(candidates, this.#env.random()));
    for (let left = candidates.length; left > 0; left -= 1) {
      if (this.#isBetter(candidates, place, now)) best = place;
      place = place + 1 < candidates.length ? place + 1 : 0;
    }
    return best;
  }

  /** Looks at as many as answers are kept; equals are told apart by where the search begins, which is drawn. */
  #bestOfMany(candidates: readonly Candidate[], now: number): number {
    const places = this.#answers.placesAmongMany(candidates);
    const begin = Math.floor(this.#env.random() * places.length);
    let best = 0;
    for (let i = 0; i < places.length; i += 1) {
      const place = places[(begin + i) % places.length] ?? 0;
      if (this.#isBetter(candidates, place, now)) best = place;
    }
    return best;
  }

  /** Whether the load of the one at a place is known, and better than the best so far; then it is that from now on. */
  #isBetter(candidates: readonly Candidate[], place: number, now: number): boolean {
    if (!this.#answers.read(candidateAt(candidates, place), place, now, this.#load)) return false;
    this.#known += 1;
    if (this.#known > 1 && compareHotOrCold(this.#load, this.#best, this.#hotAbove) >= 0) return false;
    [this.#best, this.#load] = [this.#load, this.#best];
    return true;
  }
}

function drawn(candidates: readonly Candidate[], at: number, known: number): Pick {
  const candidate = draw(candidates, at);
  const facts: Drawn = { id: candidate.origin.id, candidates: candidates.length, known, explain: explainDrawn };
  return { candidate, facts };
}

function explain(this: Known): string {
  const { id, candidates, known, hotAbove, inFlight, latencyMs, age } = this;
  const source = age === undefined ? 'expected by the balancer’s own figures' : `as it said ${age.toFixed(0)} ms ago`;
  const load = `${tidy(inFlight)} in flight and ${latencyMs.toFixed(1)} ms, ${source}`;
  const scope = `${known} of ${candidates} loads are known, hot is above ${tidy(hotAbove)} in flight`;
  return inFlight > hotAbove ? `${scope}; all are hot, and ${id} has fewest: ${load}` : `${scope}; ${id} is the fastest cold one: ${load}`;
}

function explainDrawn(this: Drawn): string {
  return `${this.known} of ${this.candidates} loads are known, too few to compare; drew ${this.id} at random`;
}

/** A number of requests for a weight of 1 as a person would write it. */
function tidy(queue: number): string {
  return String(Number(queue.toFixed(2)));
}
