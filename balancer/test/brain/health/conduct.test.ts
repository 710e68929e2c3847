import { describe, expect, test } from '@jest/globals';
import { Conduct, type Share } from '../../../src/brain/health/conduct.ts';

/** Random numbers that are the same each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many origins that answer; every second passes as one, and who is found at fault is remembered. */
class Origins {
  readonly faults: { readonly origin: number; readonly at: number; readonly share: Share }[] = [];
  now = 0;
  #turn = 0;
  readonly #own: { good: number; bad: number }[];
  readonly #conducts: Conduct[];

  constructor(count: number) {
    this.#own = Array.from({ length: count }, () => ({ good: 0, bad: 0 }));
    this.#conducts = this.#own.map((_, origin) => new Conduct(this.#look(origin)));
  }

  answer(origin: number, answer: 'good' | 'bad', times = 1): void {
    for (let i = 0; i < times; i += 1) {
      (this.#own[origin] as { good: number; bad: number })[answer] += 1;
      const share = answer === 'bad' ? this.#conducts[origin]?.fault(this.#look(origin)) : undefined;
      if (share) this.faults.push({ origin, at: this.now, share });
    }
  }

  /** Requests in turn to all, at so many a second for so many seconds, each bad by `isBad`. */
  serve(perSecond: number, seconds: number, isBad: (origin: number) => boolean): void {
    const end = this.now + seconds * 1000;
    for (; this.now < end; this.#turn += 1) {
      const origin = this.#turn % this.#own.length;
      this.answer(origin, isBad(origin) ? 'bad' : 'good');
      this.pass(1000 / perSecond);
    }
  }

  pass(ms: number): void {
    const before = Math.floor(this.now / 1000);
    this.now += ms;
    if (Math.floor(this.now / 1000) > before)
      for (const [origin, conduct] of this.#conducts.entries()) conduct.remember(this.#look(origin));
  }

  forget(origin: number): void {
    this.#conducts[origin]?.forget(this.#look(origin));
  }

  #look(origin: number) {
    const all = this.#own.reduce((sum, { good, bad }) => ({ good: sum.good + good, bad: sum.bad + bad }), { good: 0, bad: 0 });
    return { at: this.now, own: { ...(this.#own[origin] as { good: number; bad: number }) }, all };
  }
}

/** Who was found at fault. */
const found = ({ faults }: Origins) => [...new Set(faults.map(({ origin }) => origin))];

describe('an origin is at fault', () => {
  test('with bad answers in a row for as long as eight good ones would have taken, however much it served before', () => {
    const origins = new Origins(4);
    origins.serve(1000, 30, () => false);
    const { now } = origins;
    origins.serve(1000, 1, (origin) => origin === 2);
    expect(found(origins)).toEqual([2]);
    expect([9, 10]).toContain(origins.faults[0]?.share.bad);
    expect((origins.faults[0]?.at ?? 0) - now).toBeLessThan(40);
  });

  test('with as many where requests have only now become many', () => {
    const origins = new Origins(4);
    origins.pass(30_000);
    origins.serve(1000, 0.1, () => false);
    origins.serve(1000, 0.1, (origin) => origin === 2);
    expect(found(origins)).toEqual([2]);
    expect([9, 10]).toContain(origins.faults[0]?.share.bad);
  });

  test('together with another, at once, where half of the pool fails', () => {
    const origins = new Origins(4);
    origins.serve(1000, 30, () => false);
    const { now } = origins;
    origins.serve(1000, 1, (origin) => origin < 2);
    expect(found(origins)).toEqual([0, 1]);
    expect((origins.faults.find(({ origin }) => origin === 1)?.at ?? Infinity) - now).toBeLessThan(100);
  });

  test('with five of five where few requests come', () => {
    const origins = new Origins(4);
    origins.serve(2, 11, (origin) => origin === 1);
    expect(found(origins)).toEqual([1]);
  });

  test('with five in a row where nobody else is asked, and no sooner; one good answer between starts the count again', () => {
    const origins = new Origins(2);
    origins.answer(0, 'bad', 4);
    origins.answer(0, 'good');
    origins.answer(0, 'bad', 4);
    expect(found(origins)).toEqual([]);
    origins.answer(0, 'bad');
    expect(origins.faults).toEqual([{ origin: 0, at: 0, share: { bad: 5, total: 5 } }]);
  });

  test('when more than half of what it answers is bad, within the window', () => {
    const origins = new Origins(4);
    const random = randomFrom(1);
    origins.serve(100, 30, () => false);
    const { now } = origins;
    origins.serve(100, 11, (origin) => origin === 3 && random() < 0.6);
    expect(found(origins)).toEqual([3]);
    expect((origins.faults[0]?.at ?? 0) - now).toBeLessThanOrEqual(11_000);
  });

  test('again only after as much again', () => {
    const origins = new Origins(2);
    origins.answer(0, 'bad', 5);
    origins.forget(0);
    origins.answer(0, 'bad', 4);
    expect(origins.faults).toHaveLength(1);
    origins.answer(0, 'bad');
    expect(origins.faults).toHaveLength(2);
  });
});

describe('nobody is at fault', () => {
  test.each([
    [150, 1000],
    [150, 150],
    [150, 50],
    [150, 3],
    [3, 3],
  ])('for a URL that fails everywhere: %i requests/s to it beside %i good ones', (bad, good) => {
    for (const seed of [1, 2, 3]) {
      const origins = new Origins(4);
      const random = randomFrom(seed);
      origins.serve(bad + good, 60, () => random() < bad / (bad + good));
      expect(found(origins)).toEqual([]);
    }
  });

  test.each([3, 40, 1000])('when what all need fails for a while, at %i requests/s', (perSecond) => {
    const origins = new Origins(4);
    origins.serve(perSecond, 30, () => false);
    origins.serve(perSecond, 20, () => true);
    origins.serve(perSecond, 30, () => false);
    expect(found(origins)).toEqual([]);
  });

  test('when it makes the answers of one after the other come too late at once', () => {
    const origins = new Origins(4);
    origins.serve(100, 30, () => false);
    origins.pass(500);
    for (const origin of [0, 1, 2, 3]) origins.answer(origin, 'bad', 8);
    for (const origin of [3, 2, 1, 0]) origins.answer(origin, 'bad', 8);
    expect(found(origins)).toEqual([]);
  });

  test.each([1, 2, 5, 20])('for twenty bad answers, %i between two good ones, of who has a cookie that leads to one origin', (between) => {
    const origins = new Origins(4);
    origins.serve(200, 30, () => false);
    for (let times = 0; times < 3; times += 1) {
      for (let bad = 0; bad < 20; bad += between) {
        origins.answer(0, 'bad', between);
        origins.serve(200, 1 / 200, () => false);
      }
      origins.serve(200, 10, () => false);
    }
    expect(found(origins)).toEqual([]);
  });

  test('for some bad answers among many good ones, such as of a URL that a hash policy sends there', () => {
    const origins = new Origins(4);
    const random = randomFrom(7);
    origins.serve(500, 60, (origin) => origin === 0 && random() < 0.2);
    expect(found(origins)).toEqual([]);
  });
});

test('others’ bad answers of long ago do not protect an origin that fails today', () => {
  const origins = new Origins(4);
  origins.serve(50, 5, () => true);
  origins.serve(50, 12, () => false);
  origins.serve(50, 1, (origin) => origin === 0);
  expect(found(origins)).toEqual([0]);
});
