import { expect, test } from '@jest/globals';
import { Deadlines } from '../../../src/brain/deadlines.ts';
import { Liveliness } from '../../../src/wire/http2/liveliness.ts';

/** One side of a connection, by a clock that is set forward by hand. */
function connection() {
  let time = 0;
  let due: { readonly at: number; readonly work: () => void } | undefined;
  const after = (ms: number, work: () => void) => {
    const mine = { at: time + ms, work };
    due = mine;
    return () => {
      if (due === mine) due = undefined;
    };
  };
  const seen = { bytes: 0, pings: 0, isDead: false };
  const parts = {
    bytesRead: () => seen.bytes,
    patience: () => 2000,
    ping: () => {
      seen.pings += 1;
    },
    dead: () => {
      seen.isDead = true;
    },
  };
  const liveliness = new Liveliness(new Deadlines({ now: () => time, after, soon: (work) => work() }), parts);
  const pass = (ms: number) => {
    const end = time + ms;
    while (due && due.at <= end) {
      const { at, work } = due;
      time = at;
      due = undefined;
      work();
    }
    time = end;
  };
  return { liveliness, seen, pass };
}

test('who says nothing after a request has left is asked, and who doesn’t answer that either is dead', () => {
  const { liveliness, seen, pass } = connection();
  liveliness.look();
  pass(1900);
  expect(seen).toMatchObject({ pings: 0, isDead: false });
  pass(200);
  expect(seen).toMatchObject({ pings: 1, isDead: false });
  pass(2000);
  expect(seen).toMatchObject({ pings: 1, isDead: true });
});

test('who says anything is asked nothing', () => {
  const { liveliness, seen, pass } = connection();
  for (let i = 0; i < 100; i++) {
    liveliness.look();
    seen.bytes += 1;
    pass(500);
  }
  expect(seen).toMatchObject({ pings: 0, isDead: false });
});

test('who says nothing but that he is there is asked less and less often, and once a minute at last', () => {
  const { liveliness, seen, pass } = connection();
  const pings: number[] = [];
  for (let second = 0; second < 600; second++) {
    const before = seen.pings;
    liveliness.look();
    pass(1000);
    if (seen.pings > before) {
      pings.push(second);
      seen.bytes += 17;
    }
  }
  const pauses = pings.slice(1).map((at, i) => at - (pings[i] as number));
  expect(pauses.slice(0, 4)).toEqual([...pauses.slice(0, 4)].sort((a, b) => a - b));
  expect(Math.min(...pauses.slice(5))).toBeGreaterThanOrEqual(60);
  expect(seen.isDead).toBe(false);
});

test('where nothing runs, nothing is asked', () => {
  const { liveliness, seen, pass } = connection();
  liveliness.look();
  liveliness.rest();
  pass(100_000);
  expect(seen).toMatchObject({ pings: 0, isDead: false });
});
