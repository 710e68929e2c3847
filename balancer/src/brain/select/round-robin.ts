// You are here: 16 of 23 in docs/reading.md. Next: brain/pool/lease.ts.

import { type Among, everyoneOf } from './among.ts';
import type { Candidate } from './candidate.ts';
import { candidateAt } from './first.ts';
import type { Facts, Pick, PolicyFactory, TurnBook } from './policy.ts';
import { SmoothWeights } from './smooth-weights.ts';
import { ownBook, TurnPages } from './turn-pages.ts';
import { WaitingLine } from './waiting-line.ts';
import { evenWeightOf } from './weights.ts';

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

/** From how many candidates on it pays to keep them in a line, and not to look at all of them. */
const many = 64;

/** The turns of round robin, for whoever needs them among some of the candidates. */
export class Rotation {
  readonly #book: TurnBook;
  readonly #pages: TurnPages;
  readonly #weights: SmoothWeights;
  /** The latest list of many, and the line that they wait in once it has come twice. */
  #list: readonly Candidate[] = [];
  #line: WaitingLine | undefined;

  /** Turns are counted in the given book, which threads may share. */
  constructor(book: TurnBook = ownBook()) {
    this.#book = book;
    this.#pages = new TurnPages(book);
    this.#weights = new SmoothWeights(this.#pages);
  }

  /** Whose turn it is, among all of the candidates or some. */
  next(candidates: readonly Candidate[], among?: Among): Pick {
    const turn = this.#book.next();
    const { place, cost } = this.#nextPlace(candidates, among);
    const candidate = candidateAt(candidates, place);
    const its = this.#pages.of(candidate, place);
    const facts: Turn = { id: candidate.origin.id, turn, last: its.last, credit: its.credit, cost, explain };
    its.credit -= cost;
    its.last = turn;
    return { candidate, facts };
  }

  #nextPlace(candidates: readonly Candidate[], among: Among = everyoneOf(candidates)): { readonly place: number; readonly cost: number } {
    if (!isEven(candidates, among)) return this.#weights.next(candidates, among);
    const isEverybody = among.count === candidates.length;
    const line = isEverybody && among.count >= many ? this.#lineOf(candidates) : undefined;
    return { place: line?.first() ?? this.#longestWaiting(candidates, among), cost: 0 };
  }

  /** The line of a list that came before; lists that come once aren't worth one. */
  #lineOf(candidates: readonly Candidate[]): WaitingLine | undefined {
    if (candidates !== this.#list) {
      this.#list = candidates;
      this.#line = undefined;
      return undefined;
    }
    this.#line ??= new WaitingLine(candidates.length, (place) => this.#lastOf(candidates, place));
    return this.#line;
  }

  #longestWaiting(candidates: readonly Candidate[], { places, count }: Among): number {
    let longest = places[0] ?? 0;
    let longestLast = Number.MAX_SAFE_INTEGER;
    for (let i = 0; i < count; i += 1) {
      const place = places[i] ?? 0;
      const last = this.#lastOf(candidates, place);
      if (last >= longestLast) continue;
      longest = place;
      longestLast = last;
    }
    return longest;
  }

  #lastOf(candidates: readonly Candidate[], place: number): number {
    return this.#pages.of(candidateAt(candidates, place), place).last;
  }
}

/** Whether some of the candidates have the same weight, so that waiting alone decides. */
function isEven(candidates: readonly Candidate[], { places, count }: Among): boolean {
  if (!Number.isNaN(evenWeightOf(candidates))) return true;
  const weight = candidates[places[0] ?? 0]?.weight;
  for (let i = 1; i < count; i += 1) if (candidates[places[i] ?? 0]?.weight !== weight) return false;
  return true;
}

function explain(this: Turn): string {
  const { id, turn, last, credit, cost } = this;
  if (cost > 0) return `turn ${turn}; ${id} has the largest credit, ${tidy(credit)}, and pays ${tidy(cost)} for its turn`;
  return `${id} has waited longest: ${last > 0 ? `this is turn ${turn}, its last was ${last}` : 'it had no turn yet'}`;
}

function tidy(figure: number): number {
  return Number(figure.toFixed(2));
}
