import { describe, expect, test } from '@jest/globals';
import type { WaitEnd } from '../../../src/brain/pool/member.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { type OwnPool, ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';

const [a, b, c] = [originAt(1), originAt(2), originAt(3)];

/** A pool over the given origins, and a clock that stands still until time passes. */
function poolOf(origins: readonly Origin[], settings: { maxConnections?: number; slowStart?: number } = {}) {
  let now = 0;
  const pool = ownPool(origins, { maxConnections: 2, slowStart: 0, ...settings }, ownLedger(), () => now);
  return { pool, pass: (ms: number) => (now += ms) };
}

const offered = (pool: OwnPool, except: string[] = []) => pool.candidates(except).map(({ origin }) => origin.id.split(':')[1]);

function leaseAt(pool: OwnPool, origin: Origin) {
  const candidate = pool.candidates([]).find(({ origin: { id } }) => id === origin.id);
  if (!candidate) throw new Error('no such candidate');
  return pool.lease(candidate);
}

const down = (pool: OwnPool, origin: Origin, probed = true) => pool.roster.setHealth(origin, 'down', 'no answer', probed);

test('offers every origin in list order, but for those to be left out', () => {
  const { pool } = poolOf([a, b]);
  expect(offered(pool)).toEqual(['1', '2']);
  expect(offered(pool, [a.id])).toEqual(['2']);
  expect(offered(pool, [a.id, b.id])).toEqual([]);
});

test('counts a lease in flight until it is given back, and gives it back once only', () => {
  const { pool } = poolOf([a, b]);
  const inFlight = () => pool.status().map((origin) => origin.inFlight);
  const held = leaseAt(pool, a);
  const another = leaseAt(pool, a);
  expect(inFlight()).toEqual([2, 0]);
  held.release();
  held.release();
  expect(inFlight()).toEqual([1, 0]);
  another.release();
  expect(inFlight()).toEqual([0, 0]);
});

test('leaves out an origin that has all it may have', () => {
  const { pool } = poolOf([a, b]);
  leaseAt(pool, a);
  expect(offered(pool)).toEqual(['1', '2']);
  const held = leaseAt(pool, a);
  expect(offered(pool)).toEqual(['2']);
  held.release();
  expect(offered(pool)).toEqual(['1', '2']);
});

describe('who is offered', () => {
  test('only ready origins, while there is one', () => {
    const { pool } = poolOf([a, b, c]);
    down(pool, a);
    pool.roster.eject(b, 'bad answers', 1);
    expect(offered(pool)).toEqual(['3']);
    expect(pool.isLeftOut(a)).toBe(true);
    expect(pool.isLeftOut(c)).toBe(false);
  });

  test('backups only while no other origin can take a request', () => {
    const spare = { ...c, backup: true };
    const { pool } = poolOf([spare, a, b]);
    expect(offered(pool)).toEqual(['1', '2']);
    down(pool, a);
    expect(offered(pool)).toEqual(['2']);
    expect(offered(pool, [b.id])).toEqual(['3']);
    down(pool, b);
    expect(offered(pool)).toEqual(['3']);
    pool.roster.setHealth(a, 'up', 'well again', true);
    expect(offered(pool)).toEqual(['1']);
  });

  test('not one to which connections keep failing, before anybody has called it down, but for where nobody else is left', () => {
    const { pool } = poolOf([a, b, { ...c, backup: true }]);
    const lose = (origin: Origin) => pool.roster.memberAt(origin)?.figures.lose();
    lose(a);
    expect(offered(pool)).toEqual(['1', '2']);
    lose(a);
    expect(offered(pool)).toEqual(['2']);
    expect(pool.view(pool.candidates([]), []).excluded[0]?.reason).toBe('about to be down: 2 connections in a row failed');
    for (const origin of [b, b]) lose(origin);
    expect(offered(pool)).toEqual(['3']);
    expect(offered(pool, [c.id])).toEqual(['1', '2']);
    pool.roster.memberAt(a)?.figures.regain();
    expect(offered(pool)).toEqual(['1']);
  });

  test('to a client that sticks to it: not one to which connections keep failing, either', () => {
    const { pool } = poolOf([a, b]);
    const figures = pool.roster.memberAt(a)?.figures;
    figures?.lose();
    expect(pool.candidateCalled(a.id)?.origin).toBe(a);
    figures?.lose();
    expect(pool.candidateCalled(a.id)).toBeUndefined();
    expect(pool.candidateCalled(b.id)?.origin).toBe(b);
    figures?.regain();
    expect(pool.candidateCalled(a.id)?.origin).toBe(a);
  });

  test('by the roles of the latest list', () => {
    const { pool } = poolOf([a, b]);
    expect(offered(pool)).toEqual(['1', '2']);
    pool.roster.replace([{ ...a, backup: true }, b]);
    expect(offered(pool)).toEqual(['2']);
    pool.roster.replace([a, { ...b, weight: 0 }]);
    expect(offered(pool)).toEqual(['1']);
  });

  test('an origin of weight 0 only if it is the only one', () => {
    const { pool } = poolOf([{ ...a, weight: 0 }, b]);
    expect(offered(pool)).toEqual(['2']);
    down(pool, b);
    expect(offered(pool)).toEqual(['1']);
  });

  test('when nobody is ready, those that no probe found down', () => {
    const { pool } = poolOf([a, b, c]);
    pool.roster.eject(a, 'bad answers', 1);
    down(pool, b, true);
    down(pool, c, false);
    expect(offered(pool)).toEqual(['1', '3']);
    expect(pool.hasReady()).toBe(false);
    expect(pool.isLeftOut(a)).toBe(false);
    down(pool, c, true);
    down(pool, a, true);
    expect(offered(pool)).toEqual([]);
  });
});

test('an origin that connections found down is tried no more once probes confirm it', () => {
  const { pool } = poolOf([a]);
  down(pool, a, false);
  expect(offered(pool)).toEqual(['1']);
  down(pool, a, true);
  expect(offered(pool)).toEqual([]);
});

describe('an origin that comes back', () => {
  test('gets a tenth of its weight, then more and more, over the slow start', () => {
    const heavy = { ...a, weight: 10 };
    const { pool, pass } = poolOf([heavy, b], { slowStart: 60_000 });
    expect(pool.candidates([])[0]?.weight).toBe(10);
    down(pool, heavy);
    pool.roster.setHealth(heavy, 'up', 'well again', true);
    const weights = [0, 6, 9, 15, 15, 15].map((seconds) => {
      pass(seconds * 1000);
      return pool.candidates([])[0]?.weight;
    });
    expect(weights).toEqual([1, 1, 2.5, 5, 7.5, 10]);
    expect(pool.candidates([])[1]?.weight).toBe(1);
  });

  test('has its whole weight at once where there is no slow start', () => {
    const { pool } = poolOf([a, b]);
    down(pool, a);
    pool.roster.setHealth(a, 'up', 'well again', true);
    expect(pool.candidates([])[0]?.weight).toBe(1);
  });
});

describe('the places', () => {
  test('are what the usable origins may have, and what the others still hold', () => {
    const { pool } = poolOf([a, b, c]);
    expect(pool.places()).toBe(6);
    const held = leaseAt(pool, a);
    down(pool, a);
    expect(pool.places()).toBe(5);
    pool.roster.replace([b, c]);
    expect(pool.places()).toBe(5);
    held.release();
    expect(pool.places()).toBe(4);
  });

  test('are without end where nobody can take a request, since waiting would be in vain', () => {
    const { pool } = poolOf([a]);
    down(pool, a);
    expect(pool.places()).toBe(Number.POSITIVE_INFINITY);
  });
});

test('tells how every origin stands in one line', () => {
  const { pool, pass } = poolOf([a, { ...b, weight: 3, backup: true }]);
  down(pool, a);
  pass(12_000);
  expect(pool.status()).toEqual([
    {
      ...{
        id: a.id,
        url: 'http://127.0.0.1:1',
        weight: 1,
        effectiveWeight: 1,
        backup: false,
        proxyProtocol: null,
        inFlight: 0,
        tunnels: 0,
      },
      ...{ state: 'down', reason: 'no answer', forMs: 12_000, summary: 'down 12 s: no answer' },
    },
    {
      ...{ id: b.id, url: 'http://127.0.0.1:2', weight: 3, effectiveWeight: 3, backup: true, proxyProtocol: null, inFlight: 0, tunnels: 0 },
      ...{ state: 'ready', reason: 'not probed yet', forMs: 12_000, summary: 'ready 12 s: not probed yet' },
    },
  ]);
});

describe('an origin’s latency', () => {
  /** A pool of one origin, whose latency a test reads and makes. */
  const timed = () => {
    const { pool, pass } = poolOf([a]);
    const [only] = pool.candidates([]);
    if (!only) throw new Error('no candidate');
    const wait = (ms: number, end: WaitEnd) => {
      const held = pool.lease(only);
      pass(ms);
      held.waited(end);
      held.release();
    };
    return { only, pass, wait };
  };

  test('is that of its responses, and fades', () => {
    const { only, pass, wait } = timed();
    expect(only.latencyMs).toBe(0);
    wait(100, 'responded');
    expect(only.latencyMs).toBe(100);
    pass(10_000);
    expect(only.latencyMs).toBeCloseTo(36.79, 2);
  });

  test('is no less than a second after a failure, so that failing fast does not look fast', () => {
    const { only, wait } = timed();
    wait(1, 'failed');
    expect(only.latencyMs).toBe(1000);
    wait(3000, 'failed');
    expect(only.latencyMs).toBe(3000);
  });

  test('learns of a client that left only that it would have taken longer', () => {
    const { only, wait } = timed();
    wait(100, 'responded');
    wait(1, 'abandoned');
    expect(only.latencyMs).toBeCloseTo(99.99, 2);
    wait(5000, 'abandoned');
    expect(only.latencyMs).toBe(5000);
  });
});

test('a view of very many candidates keeps the first of them, and not the list', () => {
  const { pool } = poolOf(Array.from({ length: 40 }, (_, i) => originAt(i + 1)));
  const candidates = [...pool.candidates([])];
  const view = pool.view(candidates, []);
  candidates.length = 0;
  expect(view.candidatesInAll).toBe(40);
  expect(view.candidates.map(({ origin }) => origin.id)).toEqual(Array.from({ length: 32 }, (_, i) => originAt(i + 1).id));
});

test('a view of a thousand origins looks at each candidate a few times, also where some are down', () => {
  const origins = Array.from({ length: 1000 }, (_, index) => originAt(index + 1));
  const { pool } = poolOf(origins);
  const out = [0, 500, 999].map((place) => origins[place] as Origin);
  for (const origin of out) down(pool, origin);
  let looks = 0;
  const counted = new Proxy(pool.candidates([]), {
    get: (list, property, self) => {
      looks += 1;
      return Reflect.get(list, property, self);
    },
  });
  const { excluded, candidatesInAll } = pool.view(counted, []);
  expect(candidatesInAll).toBe(997);
  expect(excluded).toEqual(out.map(({ id }) => ({ id, reason: 'down: no answer' })));
  expect(looks).toBeLessThan(5 * origins.length);
});
