// You are here: 14 of 21 in docs/reading.md. Next: brain/pool/lease.ts.

import type { Candidate } from './candidate.ts';
import { firstOf } from './first.ts';
import { Memory } from './memory.ts';
import type { Origin } from './origin.ts';
import type { Facts, Pick, PolicyFactory, TurnBook, Turns } from './policy.ts';

/** Whose turn it was, and why. */
interface Turn extends Facts {
  readonly id: string;
  readonly turn: number;
  /** The number of its turn before; 0 for none. */
  readonly last: number;
  /** Its credit before it paid for its turn. */
  readonly credit: number;
  /** What the turn cost; 0 where all weights are equal, and waiting alone decides. */
  readonly cost: number;
}

/**
 * Picks the candidate that has waited longest since its last pick; those never picked come first, in list order.
 * Remembering who waited, rather than a position in a list, keeps the turns fair when candidates come and go.
 *
 * Where weights differ, this is nginx's smooth weighted round robin: turns in proportion to the weights, spread as evenly
 * as can be (5, 1, 1 gives a a b a c a a), and never more than one turn ahead of the exact share.
 *
 * For origins that are alike and requests that cost about the same. Not where one origin may be slower than its weight says:
 * it gets its turns all the same. Source: nginx, src/http/ngx_http_upstream_round_robin.c.
 */
export const roundRobin: PolicyFactory = ({ turns }) => {
  const rotation = new Rotation(turns);
  return { select: (candidates) => rotation.next(candidates) };
};

function ownBook(): TurnBook {
  const memory = new Memory<Turns>(() => ({ last: 0, credit: 0 }));
  let turn = 0;
  return {
    next: () => {
      memory.beginPick();
      turn += 1;
      return turn;
    },
    of: (origin) => memory.on(origin),
  };
}

/**
 * What the book has of origins, by their places in the list: most lists are the last one again, and so need no look-up. It goes by the
 * origin itself and not by its id, since one that left the list and has come back has another place in the book.
 */
class Pages {
  readonly #book: TurnBook;
  readonly #origins: Origin[] = [];
  readonly #turns: Turns[] = [];

  constructor(book: TurnBook) {
    this.#book = book;
  }

  of(origin: Origin, place: number): Turns {
    if (this.#origins[place] === origin) return this.#turns[place] as Turns;
    const turns = this.#book.of(origin);
    this.#origins[place] = origin;
    this.#turns[place] = turns;
    return turns;
  }
}

/** Turns that an origin may be owed at the most: among the same candidates it is never quite so much (found by trying random weights). */
const mostOwed = 1.3;

/** What adding up fractions may be wrong by, as a part of a turn. */
const tiny = 1e-9;

/** Some of the candidates, by their places in the list: the first `count` of `places`. */
export interface Among {
  readonly places: readonly number[];
  readonly count: number;
}

/** The turns of round robin, for whoever needs them among some of the candidates. */
export class Rotation {
  readonly #pages: Pages;
  readonly #book: TurnBook;

  /** Turns are counted in the given book, which threads may share. */
  constructor(book: TurnBook = ownBook()) {
    this.#book = book;
    this.#pages = new Pages(book);
  }

  /** Whose turn it is, among all of the candidates or some. */
  next(candidates: readonly Candidate[], among: Among = everyoneOf(candidates)): Pick {
    const turn = this.#book.next();
    let place = this.#longestWaiting(candidates, among);
    let cost = 0;
    if (place === undefined) {
      cost = this.#giveCredit(candidates, among);
      place = this.#richest(candidates, among);
    }
    const candidate = at(candidates, place);
    const its = this.#pages.of(candidate.origin, place);
    const facts: Turn = { id: candidate.origin.id, turn, last: its.last, credit: its.credit, cost, explain };
    its.credit -= cost;
    its.last = turn;
    return { candidate, facts };
  }

  /** The place of the one that has waited longest; nothing where weights differ, since then waiting does not decide. */
  #longestWaiting(candidates: readonly Candidate[], { places, count }: Among): number | undefined {
    let longest = places[0] ?? 0;
    let last = Number.MAX_SAFE_INTEGER;
    const { weight } = at(candidates, longest);
    for (let i = 0; i < count; i += 1) {
      const place = places[i] ?? 0;
      const candidate = at(candidates, place);
      if (candidate.weight !== weight) return undefined;
      const turns = this.#pages.of(candidate.origin, place);
      if (turns.last >= last) continue;
      longest = place;
      last = turns.last;
    }
    return longest;
  }

  /** Gives everyone credit by weight; returns what a turn costs: all of it. */
  #giveCredit(candidates: readonly Candidate[], among: Among): number {
    const { weights, credits, lowest, highest } = this.#sums(candidates, among);
    const least = weights / among.count - weights;
    const most = mostOwed * weights;
    if (Math.abs(credits) > tiny * weights || lowest < least - tiny || highest > most) this.#evenOut(candidates, among, least, most);
    for (let i = 0; i < among.count; i += 1) {
      const place = among.places[i] ?? 0;
      const { origin, weight } = at(candidates, place);
      this.#pages.of(origin, place).credit += weight;
    }
    return weights;
  }

  /**
   * Credits of the same candidates add up to 0, and none is a whole turn below or much more above. Where that is not so, others took
   * part before, or weights were others: what is too much is evened out, so that nobody waits for what was owed among those.
   */
  #evenOut(candidates: readonly Candidate[], { places, count }: Among, least: number, most: number): void {
    const all = places.slice(0, count).map((place) => this.#pages.of(at(candidates, place).origin, place));
    for (const its of all) its.credit = Math.max(least, Math.min(most, its.credit));
    const owed = all.reduce((sum, { credit }) => sum + Math.max(0, credit), 0);
    const owing = all.reduce((sum, { credit }) => sum + Math.max(0, -credit), 0);
    const less = Math.min(owed, owing);
    for (const its of all) if (its.credit !== 0) its.credit *= less / (its.credit > 0 ? owed : owing);
  }

  #sums(candidates: readonly Candidate[], { places, count }: Among) {
    let [weights, credits, lowest, highest] = [0, 0, 0, 0];
    for (let i = 0; i < count; i += 1) {
      const place = places[i] ?? 0;
      const { origin, weight } = at(candidates, place);
      const { credit } = this.#pages.of(origin, place);
      weights += weight;
      credits += credit;
      lowest = Math.min(lowest, credit);
      highest = Math.max(highest, credit);
    }
    return { weights, credits, lowest, highest };
  }

  /** The place of the first with the most credit. */
  #richest(candidates: readonly Candidate[], { places, count }: Among): number {
    let richest = places[0] ?? 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i += 1) {
      const place = places[i] ?? 0;
      const { credit } = this.#pages.of(at(candidates, place).origin, place);
      if (credit <= most) continue;
      richest = place;
      most = credit;
    }
    return richest;
  }
}

/** 0, 1, 2 … as far as the longest list so far. */
const allPlaces: number[] = [];

function everyoneOf({ length }: readonly Candidate[]): Among {
  while (allPlaces.length < length) allPlaces.push(allPlaces.length);
  return { places: allPlaces, count: length };
}

function at(candidates: readonly Candidate[], place: number): Candidate {
  return candidates[place] ?? firstOf(candidates);
}

function explain(this: Turn): string {
  const { id, turn, last, credit, cost } = this;
  if (cost > 0) return `turn ${turn}; ${id} has the largest credit, ${tidy(credit)}, and pays ${tidy(cost)} for its turn`;
  return `${id} has waited longest: ${last > 0 ? `this is turn ${turn}, its last was ${last}` : 'it had no turn yet'}`;
}

function tidy(figure: number): number {
  return Number(figure.toFixed(2));
}
