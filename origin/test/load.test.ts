import { expect, test } from '@jest/globals';
import { LoadMeter } from '../src/load.ts';

/** A meter, and a clock that stands still until time passes. */
function meter() {
  let now = 0;
  const load = new LoadMeter(() => now);
  return { load, pass: (ms: number) => (now += ms) };
}

test('knows nothing before the first request', () => {
  expect(meter().load.read()).toEqual({ inFlight: 0, latencyMs: 0 });
});

test('counts requests in and out', () => {
  const { load } = meter();
  const [one, other] = [load.begin(), load.begin()];
  expect(load.read().inFlight).toBe(2);
  one();
  other();
  expect(load.read().inFlight).toBe(0);
});

test('says how long requests took with as many in flight as one more would make', () => {
  const { load, pass } = meter();
  const alone = load.begin();
  pass(10);
  alone();
  const [first, second] = [load.begin(), load.begin()];
  pass(50);
  first();
  second();
  expect(load.read()).toEqual({ inFlight: 0, latencyMs: 50 });
  load.begin();
  expect(load.read()).toEqual({ inFlight: 1, latencyMs: 50 });
});

test('takes the median, which one slow request does not move', () => {
  const { load, pass } = meter();
  for (const ms of [10, 11, 12, 13, 5000]) {
    const end = load.begin();
    pass(ms);
    end();
  }
  expect(load.read().latencyMs).toBe(12);
});

test('forgets old latencies', () => {
  const { load, pass } = meter();
  const request = (ms: number) => {
    const end = load.begin();
    pass(ms);
    end();
  };
  for (let i = 0; i < 16; i++) request(1000);
  for (let i = 0; i < 16; i++) request(5);
  expect(load.read().latencyMs).toBe(5);
});

test('tells no more than 255 in flight apart', () => {
  const { load, pass } = meter();
  const ends = Array.from({ length: 1000 }, () => load.begin());
  pass(7);
  for (const end of ends) end();
  expect(load.read()).toEqual({ inFlight: 0, latencyMs: 7 });
});
