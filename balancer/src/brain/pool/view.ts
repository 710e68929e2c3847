import type { Origin } from '../select/origin.ts';
import { lostConnections, type Member } from './member.ts';
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
  readonly excluded: readonly Excluded[];
}

const none: readonly Excluded[] = [];

/** Takes a view of members among whom a policy is about to pick; `tried` are the ids of those that the request was at before. */
export function viewOf(
  candidates: readonly Member[],
  members: readonly Member[],
  tried: readonly string[],
  { at, turn, maxConnections }: { readonly at: number; readonly turn: number; readonly maxConnections: number },
): PoolView {
  const excluded = candidates.length === members.length ? none : excludedOf(candidates, members, tried, maxConnections);
  return new View(candidates, at, turn, excluded);
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
  readonly excluded: readonly Excluded[];
  readonly #members: readonly Member[];
  readonly #figures: readonly number[];

  constructor(candidates: readonly Member[], at: number, turn: number, excluded: readonly Excluded[]) {
    this.at = at;
    this.turn = turn;
    this.excluded = excluded;
    this.candidatesInAll = candidates.length;
    // A long list may be this pick's alone, and views are remembered.
    this.#members = candidates.length > mostKept ? candidates.slice(0, mostKept) : candidates;
    this.#figures = figuresOf(candidates);
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

/**
 * The members that are no candidates. Both lists are in list order, so that one walk through them side by side finds these; it ends
 * where all are found, or as many as are kept.
 */
function excludedOf(
  candidates: readonly Member[],
  members: readonly Member[],
  tried: readonly string[],
  maxConnections: number,
): readonly Excluded[] {
  const sought = Math.min(members.length - candidates.length, mostKept);
  const excluded: Excluded[] = [];
  let next = 0;
  for (const member of members) {
    if (excluded.length >= sought) break;
    if (next < candidates.length && candidates[next] === member) next += 1;
    else excluded.push({ id: member.origin.id, reason: reasonAgainst(member, tried, maxConnections) });
  }
  return excluded;
}

function reasonAgainst({ origin, isReady, standing, placed, figures }: Member, tried: readonly string[], maxConnections: number): string {
  if (tried.includes(origin.id)) return 'already tried for this request';
  if (!isReady) return `${standing.state}: ${standing.reason}`;
  if (figures.lost >= lostConnections) return `about to be down: ${figures.lost} connections in a row failed`;
  if (placed >= maxConnections) return `full: ${placed} of ${maxConnections} in flight`;
  return origin.weight === 0 ? 'its weight is 0: only where nobody else can' : 'a backup: only where no other can';
}
