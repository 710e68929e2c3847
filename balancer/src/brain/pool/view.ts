import type { Origin } from '../select/origin.ts';
import { lostConnections } from './figures.ts';
import type { Member, Words } from './member.ts';
import { decayed } from './peak-ewma.ts';

/** Candidates whose figures are kept: all of a usual list, and bounded however many origins there are. */
export const mostKept = 32;

/** What was known of a candidate at the moment of a pick. */
export interface CandidateView {
  readonly origin: Origin;
  readonly weight: number;
  readonly inFlight: number;
  /** Peak EWMA in ms, decayed to that moment; 0 without history. */
  readonly latencyMs: number;
  /** The number of its last turn in the rotation; 0 for none. */
  readonly lastTurn: number;
  /** Its credit in the smooth rotation. */
  readonly credit: number;
}

/** An origin that was no candidate, and why. */
export interface Excluded {
  readonly id: string;
  readonly reason: string;
}

/** `a (down: no answer), b (already tried for this request)`. */
export function excludedInWords(excluded: readonly Excluded[]): string {
  return excluded.map(({ id, reason }) => `${id} (${reason})`).join(', ');
}

/** What the pool looked like at the moment of a pick: taken then, so that nothing has to be worked out again later. */
export interface PoolView {
  /** When that was, in ms on the pool's clock. */
  readonly at: number;
  /** Turns that the rotation had made. */
  readonly turn: number;
  /** In list order; of a long list, the beginning. */
  readonly candidates: readonly CandidateView[];
  /** How many there were in all. */
  readonly candidatesInAll: number;
  /** In list order; of many, the first. */
  readonly excluded: readonly Excluded[];
  /** How many those are. */
  readonly excludedKept: number;
}

/** Takes a view of members among whom a policy is about to pick; `tried` are the ids of those that the request was at before. */
export function viewOf(
  candidates: readonly Member[],
  members: readonly Member[],
  tried: readonly string[],
  { at, turn, maxConnections }: { readonly at: number; readonly turn: number; readonly maxConnections: number },
): PoolView {
  return new View(
    candidates,
    at,
    turn,
    candidates.length === members.length ? nobody : new Outside(candidates, members, tried, maxConnections),
  );
}

/** Figures that are kept of each candidate: weight, in flight, latency, when that was, last turn, credit. */
const kinds = 6;

/**
 * Every pick leaves a view, and hardly any is ever looked at. The figures are therefore kept as one list of numbers, which the
 * garbage collector passes over at a glance, and become objects when somebody looks.
 */
class View implements PoolView {
  readonly at: number;
  readonly turn: number;
  readonly candidatesInAll: number;
  readonly #members: readonly Member[];
  readonly #outside: Outside;
  readonly #figures: readonly number[];

  constructor(candidates: readonly Member[], at: number, turn: number, outside: Outside) {
    this.at = at;
    this.turn = turn;
    this.#outside = outside;
    this.candidatesInAll = candidates.length;
    // A long list may be this pick's alone, and views are remembered.
    this.#members = candidates.length > mostKept ? candidates.slice(0, mostKept) : candidates;
    this.#figures = figuresOf(candidates);
  }

  get excluded(): readonly Excluded[] {
    return this.#outside.inWords();
  }

  get excludedKept(): number {
    return this.#outside.count;
  }

  get candidates(): readonly CandidateView[] {
    return this.#members.map(({ origin }, index) => {
      const [weight = 0, inFlight = 0, latency = 0, latencyAt = 0, lastTurn = 0, credit = 0] = this.#figures.slice(index * kinds);
      return { origin, weight, inFlight, latencyMs: decayed(latency, this.at - latencyAt), lastTurn, credit };
    });
  }
}

function figuresOf(candidates: readonly Member[]): number[] {
  const kept = Math.min(candidates.length, mostKept);
  const figures = new Array<number>(kept * kinds);
  let place = 0;
  for (let i = 0; i < kept; i += 1) {
    const { weight, figures: its } = candidates[i] as Member;
    figures[place] = weight;
    figures[place + 1] = its.inFlight;
    figures[place + 2] = its.latency;
    figures[place + 3] = its.latencyAt;
    figures[place + 4] = its.last;
    figures[place + 5] = its.credit;
    place += kinds;
  }
  return figures;
}

/** What was known of members that were no candidates; the words are made only when somebody looks. */
class Outside {
  readonly #members: readonly Member[];
  readonly #tried: readonly string[];
  readonly #maxConnections: number;
  readonly #words: readonly Words[];
  readonly #lost: readonly number[];
  readonly #placed: readonly number[];

  constructor(candidates: readonly Member[], members: readonly Member[], tried: readonly string[], maxConnections: number) {
    this.#members = outsideOf(candidates, members);
    this.#tried = tried;
    this.#maxConnections = maxConnections;
    this.#words = this.#members.map(({ wordsNow }) => wordsNow);
    this.#lost = this.#members.map(({ figures }) => figures.lost);
    this.#placed = this.#members.map(({ placed }) => placed);
  }

  get count(): number {
    return this.#members.length;
  }

  inWords(): Excluded[] {
    return this.#members.map(({ origin }, index) => ({ id: origin.id, reason: this.#reasonAgainst(origin, index) }));
  }

  #reasonAgainst(origin: Origin, index: number): string {
    const [words, lost = 0, placed = 0] = [this.#words[index], this.#lost[index], this.#placed[index]];
    if (this.#tried.includes(origin.id)) return 'already tried for this request';
    if (words && words.state !== 'ready') return `${words.state}: ${words.reason}`;
    if (lost >= lostConnections) return `about to be down: ${lost} connections in a row failed`;
    if (placed >= this.#maxConnections) return `full: ${placed} of ${this.#maxConnections} in flight`;
    return origin.weight === 0 ? 'its weight is 0: only where nobody else can' : 'a backup: only where no other can';
  }
}

const nobody = new Outside([], [], [], 0);

/**
 * The members that are no candidates. Both lists are in list order, so that one walk through them side by side finds these; it ends
 * where all are found, or as many as are kept.
 */
function outsideOf(candidates: readonly Member[], members: readonly Member[]): Member[] {
  const sought = Math.min(members.length - candidates.length, mostKept);
  const outside: Member[] = [];
  let next = 0;
  for (const member of members) {
    if (outside.length >= sought) break;
    if (next < candidates.length && candidates[next] === member) next += 1;
    else outside.push(member);
  }
  return outside;
}
