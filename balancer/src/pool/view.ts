import type { Member } from './member.ts';
import type { Origin } from './origin.ts';
import { decayed } from './peak-ewma.ts';

/** Candidates whose figures are kept: all of a usual list, and bounded however many origins there are. */
const mostKept = 32;

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
  const kept = candidates.length > mostKept ? candidates.slice(0, mostKept) : candidates;
  return {
    at,
    turn,
    candidates: kept.map((member) => new View(member, at)),
    candidatesInAll: candidates.length,
    excluded: candidates.length === members.length ? none : excludedOf(candidates, members, tried, maxConnections),
  };
}

/** The latency is decayed when somebody looks, which few of the views are for. */
class View implements CandidateView {
  readonly origin: Origin;
  readonly weight: number;
  readonly inFlight: number;
  readonly lastTurn: number;
  readonly credit: number;
  readonly #latency: number;
  readonly #latencyAt: number;
  readonly #at: number;

  constructor({ origin, weight, figures }: Member, at: number) {
    this.origin = origin;
    this.weight = weight;
    this.inFlight = figures.inFlight;
    this.lastTurn = figures.last;
    this.credit = figures.credit;
    this.#latency = figures.latency;
    this.#latencyAt = figures.latencyAt;
    this.#at = at;
  }

  get latencyMs(): number {
    return decayed(this.#latency, this.#at - this.#latencyAt);
  }
}

function excludedOf(
  candidates: readonly Member[],
  members: readonly Member[],
  tried: readonly string[],
  maxConnections: number,
): readonly Excluded[] {
  const others = members.filter((member) => !candidates.includes(member)).slice(0, mostKept);
  return others.map((member) => ({ id: member.origin.id, reason: reasonAgainst(member, tried, maxConnections) }));
}

function reasonAgainst({ origin, isReady, standing, inFlight }: Member, tried: readonly string[], maxConnections: number): string {
  if (tried.includes(origin.id)) return 'already tried for this request';
  if (!isReady) return `${standing.state}: ${standing.reason}`;
  if (inFlight >= maxConnections) return `full: ${inFlight} of ${maxConnections} in flight`;
  return origin.weight === 0 ? 'its weight is 0: only where nobody else can' : 'a backup: only where no other can';
}
