import type { DecisionReport, OriginReport, Status } from '../api.ts';

/** What the policy has in mind about an origin, in a word or two: `next`, `drawn`, `hot`. */
export type Marks = ReadonlyMap<string, string>;

/** Hash policies pick by a key; all others by figures or by chance. */
export function isByKey(policy: string): boolean {
  return policy.endsWith('-hash');
}

/**
 * The policy's own state, drawn at the origins: whose turn is next, who has least, who was drawn, who is hot. What chance decides
 * is known from the latest decision only.
 */
export function marksOf({ policy, origins }: Status, latest: DecisionReport | undefined): Marks {
  const takers = origins.filter(({ expectedShare }) => expectedShare > 0);
  const pick = latest?.policy === policy ? latest.attempts.at(-1) : undefined;
  switch (policy) {
    case 'round-robin':
      return nextInTurn(takers);
    case 'least-requests':
      return fewest(takers);
    case 'first':
      return new Map(takers.slice(0, 1).map(({ id }) => [id, 'first']));
    case 'two-choices':
    case 'peak-ewma':
      return drawn(pick?.facts ?? {}, pick?.origin);
    case 'prequal':
      return hotOrCold(pick?.candidates ?? [], pick?.facts['hotAbove']);
    default:
      return new Map(pick ? [[pick.origin, isByKey(policy) ? 'has the key' : 'drawn']] : []);
  }
}

function nextInTurn(takers: readonly OriginReport[]): Marks {
  const isWeighted = takers.some(({ effectiveWeight }) => effectiveWeight !== takers[0]?.effectiveWeight);
  if (isWeighted) {
    const richest = takers.reduce((best, each) => Math.max(best, each.credit + each.effectiveWeight), Number.NEGATIVE_INFINITY);
    return new Map(
      takers.map(({ id, credit, effectiveWeight }) => [id, `${credit + effectiveWeight === richest ? 'next, ' : ''}credit ${credit}`]),
    );
  }
  const longest = Math.min(...takers.map(({ lastTurn }) => lastTurn));
  const next = takers.find(({ lastTurn }) => lastTurn === longest);
  return new Map(next ? [[next.id, 'next']] : []);
}

function fewest(takers: readonly OriginReport[]): Marks {
  const load = ({ inFlight, effectiveWeight }: OriginReport) => inFlight / (effectiveWeight || 1);
  const least = Math.min(...takers.map(load));
  const tied = takers.filter((each) => load(each) === least);
  const longest = Math.min(...tied.map(({ lastTurn }) => lastTurn));
  return new Map(tied.map(({ id, lastTurn }) => [id, lastTurn === longest ? 'fewest, next' : 'fewest']));
}

function drawn(facts: Readonly<Record<string, unknown>>, picked: string | undefined): Marks {
  const cost = (name: string) => (typeof facts[name] === 'number' ? ` at ${Number(facts[name].toFixed(1))}` : '');
  const pair = [
    [facts['first'], cost('firstCost')],
    [facts['second'], cost('secondCost')],
  ];
  return new Map(
    pair.filter(([id]) => typeof id === 'string').map(([id, at]) => [String(id), `drawn${at}${id === picked ? ', taken' : ''}`]),
  );
}

function hotOrCold(candidates: readonly { readonly id: string; readonly inFlight: number }[], hotAbove: unknown): Marks {
  if (typeof hotAbove !== 'number') return new Map();
  return new Map(candidates.map(({ id, inFlight }) => [id, inFlight > hotAbove ? 'hot' : 'cold']));
}
