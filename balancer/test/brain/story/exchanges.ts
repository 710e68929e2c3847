import type { RoadExchange } from '../../../src/admit/road-exchange.ts';
import type { Attempt } from '../../../src/brain/exchange/attempt.ts';

import type { CandidateView, Excluded } from '../../../src/brain/pool/view.ts';
import { first } from '../../../src/brain/select/first.ts';
import { originAt } from '../../origins.ts';

/** A GET that came at 1000 ms and that nothing has happened to yet, with what differs from that. */
export function exchange(changes: Partial<RoadExchange> = {}): RoadExchange {
  return {
    ...{ id: 'id-1', method: 'GET', target: '/cart?x=1', client: '10.0.0.1', added: [], told: [], secure: false, webSocket: false },
    ...{ startedAt: 1000, attempts: [], isExplained: false, explained: [], body: null },
    ...changes,
  };
}

/** What is not an attempt's own, but of the choice that led to it. */
interface ChoiceChanges {
  readonly candidates?: readonly CandidateView[];
  readonly candidatesInAll?: number;
  readonly excluded?: readonly Excluded[];
  readonly isByCookie?: boolean;
  readonly key?: string;
}

/** A candidate with figures that are all different. */
export function candidate(port: number): CandidateView {
  return { origin: originAt(port), weight: 3, inFlight: port, latencyMs: 12.345, lastTurn: 7, credit: -4 };
}

/** An attempt at the first of two origins, by the policy `first`, under way since 1 ms after the exchange came; with what differs. */
export function attempt({ key = '10.0.0.1', isByCookie = false, ...changes }: Partial<Attempt> & ChoiceChanges = {}): Attempt {
  const { candidates = [candidate(1), candidate(2)], candidatesInAll = candidates.length, excluded = [], ...rest } = changes;
  const startedAt = changes.startedAt ?? 1001;
  const now = () => startedAt;
  const { facts } = first({ random: () => 0, now }).select(candidates, { key });
  const view = { at: startedAt, turn: 9, candidates, candidatesInAll, excluded, excludedKept: excluded.length };
  return {
    ...{ origin: originAt(1), startedAt },
    choice: { policy: 'first', key, facts: isByCookie ? undefined : facts, view },
    ...rest,
  };
}
