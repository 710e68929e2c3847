import type { AttemptBrief, AttemptReport, DecisionReport, ExchangeBrief } from '../../../src/admin/api.ts';

/** An attempt that was answered 200 unless told otherwise. */
export function attempt(origin: string, changes: Partial<AttemptBrief> = {}): AttemptBrief {
  return { origin, result: '200', isFailure: false, ...changes };
}

/** An exchange that was answered in 5 ms unless told otherwise. */
export function exchange(id: string, changes: Partial<ExchangeBrief> = {}): ExchangeBrief {
  const usual = { at: 1000, client: '10.0.0.1', method: 'GET', target: '/', policy: 'round-robin', attempts: [attempt('a:1')] };
  return { id, ...usual, status: 200, ms: 5, ...changes };
}

/** A candidate without load or history. */
export function candidate(id: string) {
  return { id, weight: 1, inFlight: 0, latencyMs: 0, lastTurn: 0, credit: 0 };
}

/** An attempt with all that is known of it. */
export function report(origin: string, changes: Partial<AttemptReport> = {}): AttemptReport {
  const usual = { by: 'policy' as const, why: 'round-robin: it has waited longest', candidates: [candidate('a:1'), candidate('b:2')] };
  const times = { pickedMs: 1, connectedMs: 2, firstByteMs: 4, endedMs: 5 };
  return { ...attempt(origin), ...usual, candidatesInAll: 2, excluded: [], facts: {}, ...times, ...changes };
}

/** A decision with these attempts. */
export function decision(attempts: readonly AttemptReport[], changes: Partial<DecisionReport> = {}): DecisionReport {
  const { attempts: _, ...brief } = exchange('x');
  return {
    ...brief,
    explanation: '',
    route: null,
    key: '10.0.0.1',
    thread: 0,
    attempts,
    nobody: [],
    notRetried: null,
    wouldHavePicked: [],
    ...changes,
  };
}
