import { describe, expect, test } from '@jest/globals';
import type { ExchangeBrief, OriginReport, Status } from '../../../src/admin/api.ts';
import { curlFor } from '../../../src/admin/dashboard/curl.ts';
import { layoutFor } from '../../../src/admin/dashboard/layout.ts';
import { marksOf } from '../../../src/admin/dashboard/marks.ts';
import { Model } from '../../../src/admin/dashboard/model.ts';
import { niceEnd, pathOf } from '../../../src/admin/dashboard/scale.ts';
import { ms, percent, perSecond } from '../../../src/admin/dashboard/words.ts';

describe('the command that does the same', () => {
  test('is one that a shell reads as it was meant', () => {
    expect(curlFor({ method: 'GET', path: '/api/status' }, 'localhost:8090', false)).toBe('curl localhost:8090/api/status');
    expect(curlFor({ method: 'PUT', path: '/api/x', body: { a: "it's" } }, 'h:1', true)).toBe(
      `curl -X PUT h:1/api/x -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"a":"it'\\''s"}'`,
    );
    expect(curlFor({ method: 'POST', path: '/$(reboot)' }, 'h:1', false)).toBe("curl -X POST 'h:1/$(reboot)'");
  });
});

describe('a chart', () => {
  test.each([
    [0, 1],
    [0.03, 0.05],
    [1, 1],
    [1.1, 2],
    [37, 50],
    [501, 1000],
  ])('that shows up to %f has an axis up to %f', (most, end) => {
    expect(niceEnd(most)).toBe(end);
  });

  test('has its latest value at the right edge, and gaps where there are none', () => {
    expect(pathOf([1, null, 3, 4], 4, { width: 90, height: 40 }, 10)).toBe('M60.0 30.0M80.0 10.0L90.0 0.0');
  });
});

test('figures are written with as many digits as matter', () => {
  expect([0.123, 3.456, 12.6, 1234, null].map(ms)).toEqual(['0.12 ms', '3.5 ms', '13 ms', '1.2 s', '–']);
  expect([0, 0.005, 0.25, 1].map(percent)).toEqual(['0 %', '0.5 %', '25 %', '100 %']);
  expect([0.25, 12, 5000].map(perSecond)).toEqual(['0.3/s', '12/s', '5,000/s']);
});

describe.each([330, 600, 900, 1700])('on a picture %i pixels wide', (width) => {
  test.each([1, 4, 9, 20])('the boxes of %i origins don’t lie on each other, and none is outside', (count) => {
    const { boxes, box, height } = layoutFor(width, count);
    for (const [i, one] of boxes.entries()) {
      expect([one.x >= -1, one.x + box.width <= width + 1, one.y >= 0, one.y + box.height <= height]).toEqual([true, true, true, true]);
      const overlapping = boxes
        .slice(i + 1)
        .filter((other) => Math.abs(one.x - other.x) < box.width && Math.abs(one.y - other.y) < box.height);
      expect(overlapping).toEqual([]);
    }
  });
});

const origin = (id: string, change: Partial<OriginReport> = {}) =>
  ({ id, inFlight: 0, effectiveWeight: 1, expectedShare: 0.5, lastTurn: 0, credit: 0, ...change }) as OriginReport;
const status = (policy: string, ...origins: OriginReport[]) => ({ policy, origins }) as unknown as Status;

describe('the policy has in mind', () => {
  test('whose turn is next: who has waited longest of those that take requests', () => {
    const origins = [origin('a', { lastTurn: 5 }), origin('b', { lastTurn: 3 }), origin('c', { lastTurn: 1, expectedShare: 0 })];
    expect([...marksOf(status('round-robin', ...origins), undefined)]).toEqual([['b', 'next']]);
  });

  test('who will have most credit, where weights differ', () => {
    const origins = [origin('a', { effectiveWeight: 5, credit: -2 }), origin('b', { credit: 1 })];
    expect([...marksOf(status('round-robin', ...origins), undefined)]).toEqual([
      ['a', 'next, credit -2'],
      ['b', 'credit 1'],
    ]);
  });

  test('who has fewest in flight, and whose turn it is among those', () => {
    const origins = [origin('a', { inFlight: 1 }), origin('b', { lastTurn: 2 }), origin('c', { lastTurn: 1 })];
    expect([...marksOf(status('least-requests', ...origins), undefined)]).toEqual([
      ['b', 'fewest'],
      ['c', 'fewest, next'],
    ]);
  });

  test('nothing that the decision of another policy says', () => {
    const latest = { policy: 'random', attempts: [{ origin: 'a', facts: { first: 'a', second: 'b' } }] } as never;
    expect([...marksOf(status('two-choices', origin('a')), latest)]).toEqual([]);
    expect([...marksOf(status('random', origin('a')), latest)]).toEqual([['a', 'drawn']]);
  });
});

test('the model keeps the latest exchanges in order, each once and as it was last seen', () => {
  const model = new Model();
  const exchange = (id: string, at: number, took: number | null = null) => ({ id, at, ms: took }) as ExchangeBrief;
  model.take('snapshot', { status: status('random', origin('a')), exchanges: [exchange('1', 1)], seconds: [] });
  const tick = { at: 0, policy: 'first', running: 2, waiting: 1, unseen: 7, live: [[3, 9, 1.5, 4]] as const };
  model.take('tick', { ...tick, exchanges: [exchange('2', 2), exchange('1', 1, 10), exchange('3', 3)] });
  expect(model.exchanges.map(({ id, ms: took }) => [id, took])).toEqual([
    ['3', null],
    ['2', null],
    ['1', 10],
  ]);
  expect(model.status).toMatchObject({
    policy: 'first',
    running: 2,
    waiting: 1,
    origins: [{ id: 'a', inFlight: 3, picks: 9, latencyMs: 1.5, lastTurn: 4 }],
  });
  expect(model.fresh.unseen).toBe(7);
});
