import type { DecisionReport } from '../../api.ts';
import type { LiveOrigin } from '../board.ts';
import { duration, percent, weight } from '../figures.ts';

/** What a policy makes of an origin right now: some words, and whether it stands out. */
export interface Mark {
  readonly text: string;
  /** `next` will be picked if nothing changes, `drawn` was looked at by the latest pick. */
  readonly kind: 'next' | 'drawn' | 'plain';
}

/** What marks are made from. */
export interface PolicyState {
  readonly policy: string;
  /** Those that take requests now, in list order. */
  readonly ready: readonly LiveOrigin[];
  /** The latest decision that was looked up; nothing before the first. */
  readonly decision: DecisionReport | undefined;
  /** Keys that were lately seen, by the origin they went to. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

type Marker = (origin: LiveOrigin, state: PolicyState) => Mark;

const plain = (text: string): Mark => ({ text, kind: 'plain' });
const next = (text: string): Mark => ({ text, kind: 'next' });

const markers: Readonly<Record<string, Marker>> = {
  'round-robin': turnMark,
  random: ({ expectedShare }) => plain(`drawn with a chance of ${percent(Math.round(expectedShare * 1000) / 1000)}`),
  'least-requests': leastMark,
  'two-choices': ({ id, inFlight }, state) => drawnMark(id, state) ?? plain(`not drawn · ${inFlight} in flight`),
  'peak-ewma': (origin, state) => drawnMark(origin.id, state) ?? plain(`not drawn · ${latencyOf(origin)}`),
  prequal: ({ inFlight, ...origin }, state) => loadMark(origin.id, state) ?? plain(`${latencyOf(origin)} · ${inFlight} in flight`),
  'rendezvous-hash': keysMark,
  'maglev-hash': keysMark,
  'bounded-hash': keysMark,
  first: ({ id }, { ready }) => (ready[0]?.id === id ? next('first in the list: takes all') : plain('waits for those before it')),
};

/** The policy's own state at an origin that takes requests. */
export function markOf(origin: LiveOrigin, state: PolicyState): Mark {
  if (!state.ready.some(({ id }) => id === origin.id))
    return plain(origin.backup ? 'a backup: waits until no other can' : 'takes nothing now');
  return markers[state.policy]?.(origin, state) ?? plain(latencyOf(origin));
}

/** Round robin's cursor: who has waited longest, or where weights differ who has the most credit. */
function turnMark(origin: LiveOrigin, { ready }: PolicyState): Mark {
  const isWeighted = ready.some(({ effectiveWeight }) => effectiveWeight !== ready[0]?.effectiveWeight);
  const rank = isWeighted ? ready.toSorted((a, b) => creditOf(b) - creditOf(a)) : ready.toSorted((a, b) => a.lastTurn - b.lastTurn);
  const place = rank.findIndex(({ id }) => id === origin.id);
  const why = isWeighted ? `credit ${weight(creditOf(origin))}` : 'has waited longest';
  return place === 0 ? next(`next · ${why}`) : plain(isWeighted ? why : `${ordinal(place + 1)} in turn`);
}

/** The credit with which it goes into the next turn. */
function creditOf({ credit, effectiveWeight }: LiveOrigin): number {
  return credit + effectiveWeight;
}

function leastMark({ inFlight, effectiveWeight }: LiveOrigin, { ready }: PolicyState): Mark {
  const least = Math.min(...ready.map((other) => other.inFlight / other.effectiveWeight));
  return inFlight / effectiveWeight === least ? next('fewest in flight') : plain(`${inFlight} in flight`);
}

/** What the latest pick's draw found, where the origin was one of the two. */
function drawnMark(id: string, { policy, decision }: PolicyState): Mark | undefined {
  const attempt = decision?.policy === policy ? decision.attempts[0] : undefined;
  if (!attempt) return undefined;
  const { first, second, firstInFlight, secondInFlight, firstCost, secondCost } = attempt.facts;
  if (id !== first && id !== second) return undefined;
  const figure = id === first ? inWords(firstInFlight, firstCost) : inWords(secondInFlight, secondCost);
  return { text: `drawn · ${figure}${attempt.origin === id ? ' · taken' : ''}`, kind: 'drawn' };
}

function inWords(inFlight: unknown, cost: unknown): string {
  if (typeof inFlight === 'number') return `${inFlight} in flight`;
  return typeof cost === 'number' && cost < 1e5 ? `cost ${weight(cost)}` : 'cost unknown';
}

/** What the latest pick knew of the origin it took. */
function loadMark(id: string, { policy, decision }: PolicyState): Mark | undefined {
  const attempt = decision?.policy === policy ? decision.attempts[0] : undefined;
  if (attempt?.origin !== id) return undefined;
  const { latencyMs, inFlight } = attempt.facts;
  if (typeof latencyMs !== 'number') return { text: 'drawn · nothing known of its load yet', kind: 'drawn' };
  return { text: `taken · says ${duration(latencyMs)}, ${Number(inFlight)} in flight`, kind: 'drawn' };
}

function keysMark({ id }: LiveOrigin, { keys }: PolicyState): Mark {
  const own = keys.get(id) ?? [];
  return plain(own.length === 0 ? 'no key seen yet' : `${own.length === 1 ? 'key' : 'keys'} ${own.join(', ')}`);
}

function latencyOf({ latencyMs }: Pick<LiveOrigin, 'latencyMs'>): string {
  return latencyMs > 0 ? `latency ${duration(latencyMs)}` : 'no latency known';
}

function ordinal(n: number): string {
  const last = n % 10;
  const isTeen = n % 100 > 10 && n % 100 < 14;
  return `${n}${(!isTeen && { 1: 'st', 2: 'nd', 3: 'rd' }[last]) || 'th'}`;
}
