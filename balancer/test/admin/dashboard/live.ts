import type { OriginReport, PoolReport } from '../../../src/admin/api.ts';

const none = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, connectErrors: 0, timeouts: 0, broken: 0, clientLeft: 0 };

/** An origin that is ready and has done nothing yet, unless told otherwise. */
export function live(id: string, changes: Partial<OriginReport> = {}): OriginReport {
  return {
    ...{
      pool: 'default',
      source: 'file',
      id,
      url: `http://${id}`,
      weight: 1,
      effectiveWeight: 1,
      backup: false,
      proxyProtocol: null,
      state: 'ready',
      reason: 'well',
      forMs: 0,
      summary: 'ready',
    },
    ...{ inFlight: 0, tunnels: 0, latencyMs: 0, lastTurn: 0, credit: 0, picks: 0, expectedShare: 0.5, outcomes: none, retriesAway: 0 },
    recent: { seconds: 10, n: 0, perSecond: 0, p50: null, p95: null, p99: null },
    probes: [],
    ...changes,
  };
}

/** A pool in which nothing happens, unless told otherwise. */
export function pool(name: string, changes: Partial<PoolReport> = {}): PoolReport {
  return { name, policy: 'round-robin', running: 0, waiting: 0, pausedMs: 0, isDeploying: false, ...changes };
}
