import { describe, expect, test } from '@jest/globals';
import { Flights, mostDots } from '../../../src/admin/dashboard/picture/flights.ts';
import { attempt, exchange } from './exchanges.ts';

/** The legs and shapes that are seen, one after the other, when one looks every 10 ms. */
function seen(flights: Flights, from: number, until: number): string[] {
  const looks: string[] = [];
  for (let now = from; now <= until; now += 10) {
    const [dot] = flights.dots(now);
    const look = dot ? `${dot.leg} ${dot.shape} ${dot.origin}`.trim() : 'gone';
    if (looks.at(-1) !== look) looks.push(look);
  }
  return looks;
}

const running = { status: null, ms: null };

describe('a request of a few ms', () => {
  test('goes to its origin and comes back', () => {
    const flights = new Flights();
    flights.launch(exchange('1'), 0);
    expect(seen(flights, 0, 2000)).toEqual([
      'in circle a:1',
      'out circle a:1',
      'wait circle a:1',
      'back circle a:1',
      'home circle a:1',
      'gone',
    ]);
  });

  test('can be seen for more than a second', () => {
    const flights = new Flights();
    flights.launch(exchange('1'), 0);
    for (let now = 0; now < 1300; now += 16) expect(flights.dots(now)).toHaveLength(1);
    expect(flights.dots(1400)).toHaveLength(0);
    expect(flights.isEmpty).toBe(true);
  });

  test('begins when its delay is over', () => {
    const flights = new Flights();
    flights.launch(exchange('1'), 0, 50);
    expect([flights.dots(49).length, flights.dots(50).length]).toEqual([0, 1]);
  });
});

test('waits at its origin while it runs there', () => {
  const flights = new Flights();
  const brief = exchange('1', { ...running, attempts: [attempt('a:1', { result: null })] });
  flights.launch(brief, 0);
  expect(seen(flights, 0, 60_000).at(-1)).toBe('wait circle a:1');
  flights.note({ ...brief, ...exchange('1') }, 60_000);
  expect(seen(flights, 60_000, 62_000)).toEqual(['back circle a:1', 'home circle a:1', 'gone']);
});

test('waits at the balancer while it has no origin', () => {
  const flights = new Flights();
  flights.launch(exchange('1', { ...running, attempts: [] }), 0);
  expect(seen(flights, 0, 5000)).toEqual(['in circle', 'held circle']);
  flights.note(exchange('1', { attempts: [], status: 503 }), 5000);
  expect(seen(flights, 5000, 6000)).toEqual(['home diamond', 'gone']);
});

test('a failed attempt comes back as a diamond and goes on as a ring', () => {
  const flights = new Flights();
  flights.launch(exchange('1', { attempts: [attempt('a:1', { result: 'ECONNREFUSED', isFailure: true }), attempt('b:2')] }), 0);
  expect(seen(flights, 0, 4000)).toEqual([
    ...['in circle a:1', 'out circle a:1', 'wait circle a:1', 'return diamond a:1'],
    ...['out ring b:2', 'wait ring b:2', 'back ring b:2', 'home ring b:2', 'gone'],
  ]);
});

test('a 5xx for the client is a diamond all the way home', () => {
  const flights = new Flights();
  flights.launch(exchange('1', { status: 502 }), 0);
  expect(seen(flights, 0, 2000).slice(-3)).toEqual(['back diamond a:1', 'home diamond a:1', 'gone']);
});

test('there are never more than can be followed', () => {
  const flights = new Flights();
  for (let n = 0; n < 100; n += 1) flights.launch(exchange(String(n)), 0);
  expect(flights.dots(10)).toHaveLength(mostDots);
  expect(flights.room).toBe(0);
});

test('one whose end was never told is let go, but only when asked', () => {
  const flights = new Flights();
  flights.launch(exchange('1', { ...running, attempts: [attempt('a:1', { result: null })] }), 0);
  expect(flights.dots(1000)).toHaveLength(1);
  flights.forget(1400);
  expect(flights.dots(1400)).toHaveLength(1);
  flights.forget(1600);
  expect(flights.dots(1600)).toHaveLength(0);
});
