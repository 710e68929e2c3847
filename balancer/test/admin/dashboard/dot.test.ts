import { describe, expect, test } from '@jest/globals';
import type { AttemptBrief, ExchangeBrief } from '../../../src/admin/api.ts';
import { Crowd } from '../../../src/admin/dashboard/crowd.ts';
import { Dot } from '../../../src/admin/dashboard/dot.ts';

const attempt = (origin: string, result: string | null = '200'): AttemptBrief => ({
  origin,
  result,
  isFailure: result !== null && result !== '200',
});

function exchange(id: string, attempts: AttemptBrief[], end: { status: number | null } | undefined): ExchangeBrief {
  return {
    ...{ id, at: 0, client: '', method: 'GET', target: '/', policy: '' },
    attempts,
    status: end?.status ?? null,
    ms: end ? 1 : null,
  };
}

/** Where a dot is from step to step, until it is back, as `from>to shape`. */
function wayOf(dot: Dot, until = 10_000): string[] {
  const name = (station: unknown) => (typeof station === 'string' ? station : (station as { origin: string }).origin);
  const steps: string[] = [];
  for (let now = 0; now <= until; now += 10) {
    const sight = dot.at(now);
    if (!sight) return [...steps, 'gone'];
    const step = `${name(sight.from)}>${name(sight.to)}${sight.shape === 'diamond' ? ' diamond' : ''}${sight.hollow ? ' hollow' : ''}`;
    if (step !== steps.at(-1)) steps.push(step);
  }
  return steps;
}

describe('a dot', () => {
  test('goes to its origin and back', () => {
    expect(wayOf(new Dot(exchange('a', [attempt('x')], { status: 200 }), 0))).toEqual([
      'clients>balancer',
      'balancer>x',
      'x>x',
      'x>balancer',
      'balancer>clients',
      'gone',
    ]);
  });

  test('stays at an origin that does not answer, until it does', () => {
    const dot = new Dot(exchange('a', [attempt('x', null)], undefined), 0);
    expect(wayOf(dot).at(-1)).toBe('x>x');
    dot.brief = exchange('a', [attempt('x')], { status: 200 });
    expect(dot.at(10_010)).toMatchObject({ from: { origin: 'x' }, to: 'balancer', part: 0 });
  });

  test('comes back as a diamond where it failed, and goes on hollow', () => {
    expect(wayOf(new Dot(exchange('a', [attempt('x', 'ECONNREFUSED'), attempt('y')], { status: 200 }), 0))).toEqual([
      ...['clients>balancer', 'balancer>x', 'x>x', 'x>balancer diamond'],
      ...['balancer>y hollow', 'y>y hollow', 'y>balancer hollow', 'balancer>clients hollow', 'gone'],
    ]);
  });

  test('comes back as a diamond where its client was told of a failure, or of nothing', () => {
    for (const status of [502, null]) {
      const way = wayOf(new Dot(exchange('a', [attempt('x', 'broken')], { status }), 0));
      expect(way.slice(-3)).toEqual(['x>balancer diamond', 'balancer>clients diamond', 'gone']);
    }
  });

  test('waits at the balancer while there is no origin, and goes home where there will be none', () => {
    expect(wayOf(new Dot(exchange('a', [], undefined), 0)).at(-1)).toBe('balancer>balancer');
    expect(wayOf(new Dot(exchange('a', [], { status: 503 }), 0))).toEqual(['clients>balancer', 'balancer>clients diamond', 'gone']);
  });
});

describe('the crowd', () => {
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => exchange(String(i + from), [attempt('x')], { status: 200 }));

  test('is forty dots at the most, and each then stands for several requests', () => {
    const crowd = new Crowd();
    crowd.take(many(60), 340, 0);
    expect([...crowd.dots]).toHaveLength(40);
    expect(crowd.requestsPerDot).toBe(10);
  });

  test('does not count an exchange twice that comes again', () => {
    const crowd = new Crowd();
    for (let i = 0; i < 5; i += 1) crowd.take(many(10), 0, i);
    expect([...crowd.dots]).toHaveLength(10);
    expect(crowd.requestsPerDot).toBe(1);
  });

  test('lets go of who is back, and forgets what was long ago', () => {
    const crowd = new Crowd();
    crowd.take(many(60), 340, 0);
    for (let now = 0; now <= 3000; now += 16) crowd.sweep(now);
    expect([...crowd.dots]).toHaveLength(0);
    crowd.take(many(1, 100), 0, 3000);
    expect(crowd.requestsPerDot).toBe(1);
  });
});
