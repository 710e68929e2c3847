import { expect, test } from '@jest/globals';
import { openMetrics } from '../../src/admin/open-metrics.ts';

const buckets = Array.from({ length: 18 }, (_, n) => ({
  suffix: '_bucket' as const,
  labels: { le: n === 17 ? '+Inf' : String(2 ** n / 1000) },
  value: n,
}));
const families = [
  { name: 'lb_things_total', help: 'Things.', type: 'counter' as const, samples: [{ value: 3 }] },
  { name: 'lb_exchange_duration_seconds', help: 'Time.', type: 'histogram' as const, samples: buckets },
];
const traceId = '0af7651916cd43dd8448eb211c80319c';

test('a counter’s family lacks what its sample has, and the end is said', () => {
  expect(openMetrics(families, [])).toMatch(/^# HELP lb_things Things\.\n# TYPE lb_things counter\nlb_things_total 3\n.*\n# EOF\n$/s);
});

test('a bucket has the latest of the exchanges that are its own, with trace and decision', () => {
  const text = openMetrics(families, [
    { ms: 3.5, at: 1_700_000_000_000, traceId: 'f'.repeat(32), id: 'old' },
    { ms: 3, at: 1_700_000_000_500, traceId, id: 'a-decision' },
    { ms: 1_000_000, at: 1_700_000_001_000, traceId, id: 'x'.repeat(200) },
  ]);
  expect(text.split('\n').filter((line) => line.includes('#') && line.includes('trace_id'))).toEqual([
    `lb_exchange_duration_seconds_bucket{le="0.004"} 2 # {trace_id="${traceId}",decision_id="a-decision"} 0.003 1700000000.500`,
    `lb_exchange_duration_seconds_bucket{le="+Inf"} 17 # {trace_id="${traceId}"} 1000 1700000001.000`,
  ]);
});
