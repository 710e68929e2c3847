import type { Candidate } from './candidate.ts';
import { draw } from './draw.ts';
import type { Facts, PolicyFactory } from './policy.ts';

/** Stands in for the latency of an origin that has requests in flight and never answered one: more than any real one, in ms. */
const penalty = 1e8;

/** The two that were drawn, with what a request was expected to cost there. */
interface Costs extends Facts {
  readonly first: string;
  readonly second: string;
  readonly firstCost: number;
  readonly secondCost: number;
}

/**
 * Draws two distinct candidates at random, each with a chance in proportion to its weight, and takes the one of lower cost:
 * its latency × (requests in flight / weight + 1). The weight is in the draw already, so that the cost has it only to say how
 * much in flight is much; idle equals are taken by weight. (Finagle's latency × (in flight + 1) / weight would count it twice.)
 * The latency believes bad news at once and good news slowly, and fades while nobody asks, so that a slow origin is tried again.
 *
 * For origins of different or changing speed: it notices a slow one before requests pile up there. Not where an origin can
 * answer fast because it does nothing (a cheap error page); failures therefore count as slow. Source: Finagle's PeakEwma.
 */
export const peakEwma: PolicyFactory = ({ random }) => ({
  select(candidates) {
    const first = draw(candidates, random());
    const second = draw(candidates, random(), first);
    const firstCost = costOf(first);
    const secondCost = costOf(second);
    const facts: Costs = { first: first.origin.id, second: second.origin.id, firstCost, secondCost, explain };
    return { candidate: secondCost < firstCost ? second : first, facts };
  },
});

/**
 * What one more request is expected to cost at a candidate, in ms. Nothing at one that is idle and has no
 * history, so that it is tried; very much at one that has no history because it never answered.
 */
export function costOf({ latencyMs, inFlight, weight }: Candidate): number {
  if (weight === 0) return Number.POSITIVE_INFINITY;
  const queue = inFlight / weight;
  return latencyMs === 0 && inFlight > 0 ? penalty + queue : latencyMs * (queue + 1);
}

function explain(this: Costs): string {
  const { first, second, firstCost, secondCost } = this;
  if (first === second) return `${first} is the only candidate`;
  const drawn = `drew ${first} at cost ${tidy(firstCost)} and ${second} at cost ${tidy(secondCost)}`;
  if (firstCost === secondCost) return `${drawn}; they tie, so the first drawn is taken`;
  return `${drawn}; ${secondCost < firstCost ? second : first} costs less`;
}

/** A cost as a person would write it. */
function tidy(cost: number): string {
  return cost < penalty / 1000 ? cost.toFixed(1) : 'unknown, since it never answered';
}
