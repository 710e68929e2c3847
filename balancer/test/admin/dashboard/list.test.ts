import { describe, expect, test } from '@jest/globals';
import { pathOf, pointOf, waitingAt, wayIn, wayTo } from '../../../src/admin/dashboard/picture/geometry.ts';
import { passes } from '../../../src/admin/dashboard/requests/filter.ts';
import { looksOf } from '../../../src/admin/dashboard/requests/looks.ts';
import { rowAfter, scrollTo, sliceAt } from '../../../src/admin/dashboard/requests/viewport.ts';
import { backOff } from '../../../src/admin/dashboard/wire/back-off.ts';
import { attempt, exchange } from './exchanges.ts';
import { live } from './live.ts';

describe('a filter', () => {
  const all = { text: '', pool: '', origin: '', outcome: '' } as const;
  const failed = exchange('r-1', {
    target: '/Cart?x=<img>',
    status: 502,
    attempts: [attempt('a:1', { result: 'ECONNRESET' }), attempt('b:2')],
  });

  test('lets everything pass that says nothing', () => {
    expect(passes(failed, all)).toBe(true);
  });

  test.each(['cart', '<IMG>', 'econnreset', '502', 'r-1', ' b:2 ', '10.0.0.1', 'GET'])('finds %s', (text) => {
    expect(passes(failed, { ...all, text })).toBe(true);
  });

  test('keeps the pools apart, and what no route led to one', () => {
    const [shop, none] = [exchange('s', { pool: 'shop' }), exchange('n', { attempts: [] })];
    const passing = (pool: string) => [shop, none].filter((one) => passes(one, { ...all, pool })).map(({ id }) => id);
    expect(['', 'shop', 'api', '/'].map(passing)).toEqual([['s', 'n'], ['s'], [], ['n']]);
    expect(passes(shop, { ...all, text: 'SHOP' })).toBe(true);
  });

  test('leaves out what has not the text, the origin or the outcome', () => {
    expect(passes(failed, { ...all, text: 'basket' })).toBe(false);
    expect([passes(failed, { ...all, origin: 'b:2' }), passes(failed, { ...all, origin: 'c:3' })]).toEqual([true, false]);
    const outcomes = ['answered', 'failed', 'retried', 'running'] as const;
    expect(outcomes.map((outcome) => passes(failed, { ...all, outcome }))).toEqual([false, true, true, false]);
  });
});

test('an origin has the name and the colour that it has in its pool', () => {
  const looks = looksOf([live('a:1', { pool: 'x' }), live('a:2', { pool: 'x' }), live('b:1', { pool: 'y' }), live('a:1', { pool: 'y' })]);
  expect([...looks]).toEqual([
    ['x a:1', { name: 'a:1', tint: 0 }],
    ['x a:2', { name: 'a:2', tint: 1 }],
    ['y b:1', { name: 'b', tint: 0 }],
    ['y a:1', { name: 'a', tint: 1 }],
  ]);
});

describe('a long list', () => {
  test('draws what is seen and a few rows more', () => {
    expect(sliceAt(0, 340, 34, 500)).toEqual({ from: 0, to: 16 });
    expect(sliceAt(3400, 340, 34, 500)).toEqual({ from: 94, to: 116 });
    expect(sliceAt(99_999, 340, 34, 3)).toEqual({ from: 3, to: 3 });
  });

  test('scrolls only as far as it must', () => {
    expect([scrollTo(5, 0, 340, 34), scrollTo(12, 0, 340, 34), scrollTo(2, 200, 340, 34)]).toEqual([0, 102, 68]);
  });

  test('is walked with the keys, and has two ends', () => {
    expect(rowAfter('ArrowDown', -1, 500, 9)).toBe(0);
    expect(['ArrowUp', 'PageDown', 'Home', 'End', 'x'].map((key) => rowAfter(key, 0, 500, 9))).toEqual([0, 9, 0, 499, undefined]);
    expect([rowAfter('PageDown', 498, 500, 9), rowAfter('Home', 0, 0, 9)]).toEqual([499, undefined]);
  });
});

describe('the ways of the picture', () => {
  const box = (x: number, y: number) => ({ x, y, width: 100, height: 40 });
  const places = { clients: box(0, 100), balancer: box(200, 100), origins: new Map([['a:1', box(400, 0)]]) };

  test('lead from edge to edge', () => {
    expect(pathOf(wayIn(places))).toBe('M100,120C155,120 145,120 200,120');
    const way = wayTo(places, 'a:1');
    expect(way && [pointOf(way, 0), pointOf(way, 1)]).toEqual([
      { x: 300, y: 120 },
      { x: 400, y: 20 },
    ]);
    expect(way && waitingAt(way, 0).x).toBe(388);
  });

  test('lead to no origin that the picture does not show', () => {
    expect(wayTo(places, 'z:9')).toBeUndefined();
  });
});

test('waits longer for each failure, up to ten seconds, and never all at once', () => {
  expect([0, 1, 2, 3, 50].map((failures) => backOff(failures, 0))).toEqual([500, 1000, 2000, 4000, 10_000]);
  expect(backOff(3, 0.999)).toBe(2002);
});
