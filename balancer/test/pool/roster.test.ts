import { describe, expect, test } from '@jest/globals';
import type { Origin } from '../../src/pool/origin.ts';
import { Pool } from '../../src/pool/pool.ts';
import { LastOrigin, UnknownOrigin } from '../../src/pool/roster.ts';
import { ownLedger } from '../ledger.ts';
import { originAt } from '../origins.ts';

const [a, b, c] = [originAt(1), originAt(2), originAt(3)];

/** A pool's roster, all that it announced, and leases at its origins. */
function rosterOf(...origins: Origin[]) {
  let now = 0;
  const pool = new Pool(origins, { maxConnections: 10, slowStart: 0 }, ownLedger(), () => now);
  const { roster } = pool;
  const announced: string[] = [];
  roster.observe({
    changed: ({ id }, { state, reason }) => announced.push(`${id.split(':')[1]} ${state}: ${reason}`),
    replaced: (list) => announced.push(`now ${list.map(({ id }) => id.split(':')[1])}`),
    gone: ({ id }) => announced.push(`${id.split(':')[1]} gone`),
  });
  const states = () => roster.members.map(({ standing: { state } }) => state);
  const lease = (origin: Origin) => {
    const member = roster.memberAt(origin);
    if (!member) throw new Error('no such origin');
    return pool.lease(member);
  };
  return { roster, announced, states, lease, pass: (ms: number) => (now += ms) };
}

describe('a drain', () => {
  test('lets what runs finish, and says when it has', () => {
    const { roster, announced, lease } = rosterOf(a, b);
    const [one, other] = [lease(a), lease(a)];
    roster.drain(a.id);
    one();
    expect(announced).toEqual(['1 draining: taken out by hand, finishes what runs']);
    other();
    expect(announced.slice(1)).toEqual(['1 drained: taken out, all that ran has ended']);
    roster.enable(a.id);
    expect(announced.slice(2)).toEqual(['1 ready: put back by hand']);
  });

  test('of an idle origin is done at once, and a second one changes nothing', () => {
    const { roster, announced } = rosterOf(a, b);
    roster.drain(a.id);
    roster.drain(a.id);
    expect(announced).toEqual(['1 drained: taken out by hand, nothing runs']);
  });

  test('of the last origin that takes requests is refused', () => {
    const { roster, states } = rosterOf(a, b, c);
    roster.setHealth(c, 'down', 'no answer', true);
    roster.drain(a.id);
    expect(() => roster.drain(b.id)).toThrow(LastOrigin);
    roster.drain(c.id);
    expect(states()).toEqual(['drained', 'ready', 'drained']);
  });

  test('of all is refused even where none is well', () => {
    const { roster } = rosterOf(a, b);
    for (const origin of [a, b]) roster.setHealth(origin, 'down', 'no answer', true);
    roster.drain(a.id);
    expect(() => roster.drain(b.id)).toThrow(LastOrigin);
  });

  test('of an unknown origin is refused with the names of those there are', () => {
    const { roster } = rosterOf(a, b);
    expect(() => roster.drain('x')).toThrow(UnknownOrigin);
    expect(() => roster.enable('x')).toThrow('there is no origin x; there are 127.0.0.1:1, 127.0.0.1:2');
  });

  test('hides health until it ends, and then health is what it is', () => {
    const { roster, states, announced } = rosterOf(a, b);
    roster.drain(a.id);
    roster.setHealth(a, 'down', 'no answer', true);
    expect(states()).toEqual(['drained', 'ready']);
    roster.enable(a.id);
    expect(states()).toEqual(['down', 'ready']);
    expect(announced.at(-1)).toBe('1 down: no answer');
  });
});

describe('an ejection', () => {
  test('of the last ready origin is refused', () => {
    const { roster, states } = rosterOf(a, b);
    expect(roster.eject(a, 'bad answers')).toBe(true);
    expect(roster.eject(b, 'bad answers')).toBe(false);
    expect(states()).toEqual(['ejected', 'ready']);
  });

  test('goes on behind a time of being down, with its own reason', () => {
    const { roster } = rosterOf(a, b);
    roster.eject(a, 'bad answers');
    roster.setHealth(a, 'down', 'no answer', true);
    expect(roster.memberAt(a)?.standing).toMatchObject({ state: 'down', reason: 'no answer' });
    roster.setHealth(a, 'up', 'well again', true);
    expect(roster.memberAt(a)?.standing).toMatchObject({ state: 'ejected', reason: 'bad answers' });
    roster.readmit(a, 'its time is over');
    expect(roster.memberAt(a)?.standing).toMatchObject({ state: 'ready', reason: 'its time is over' });
  });
});

test('a new reason for the same state is kept, since the same time; it is announced if the origin is no longer worth a try', () => {
  const { roster, announced, pass } = rosterOf(a, b);
  roster.setHealth(a, 'down', '2 of 2 connections failed', false);
  pass(1000);
  roster.setHealth(a, 'down', '3 of 3 probes failed', true);
  expect(roster.memberAt(a)?.standing).toEqual({ state: 'down', reason: '3 of 3 probes failed', since: 0 });
  pass(1000);
  roster.setHealth(a, 'down', '3 of 3 probes failed, another way', true);
  expect(announced).toEqual(['1 down: 2 of 2 connections failed', '1 down: 3 of 3 probes failed']);
});

describe('another list', () => {
  test('keeps those who stay as they are, but for weight and role', () => {
    const { roster, lease } = rosterOf(a, b);
    lease(a);
    roster.setHealth(b, 'down', 'no answer', true);
    roster.replace([
      { ...a, weight: 3 },
      { ...b, backup: true },
    ]);
    const [first, second] = roster.members;
    expect(first).toMatchObject({ weight: 3, inFlight: 1, standing: { state: 'ready' } });
    expect(second).toMatchObject({ origin: { backup: true }, standing: { state: 'down' } });
  });

  test('makes a newcomer wait for its first good probe', () => {
    const { roster, states } = rosterOf(a);
    roster.replace([a, b]);
    expect(states()).toEqual(['ready', 'starting']);
    roster.setHealth(b, 'up', '1 of 1 probes passed', true);
    expect(states()).toEqual(['ready', 'ready']);
  });

  test('lets those who leave finish what runs, and says when they are gone', () => {
    const { roster, announced, lease } = rosterOf(a, b, c);
    const release = lease(a);
    roster.replace([c]);
    expect(announced).toEqual(['1 draining: no longer listed', '2 drained: no longer listed', '2 gone', 'now 3']);
    release();
    expect(announced.slice(4)).toEqual(['1 drained: taken out, all that ran has ended', '1 gone']);
  });

  test('takes back who was about to leave, with what still runs there', () => {
    const { roster, announced, lease } = rosterOf(a, b);
    const release = lease(a);
    roster.replace([b]);
    roster.replace([a, b]);
    expect(roster.memberAt(a)).toMatchObject({ inFlight: 1, standing: { state: 'starting' } });
    release();
    expect(announced).not.toContain('1 gone');
  });

  test('takes one back without an ejection from before', () => {
    const { roster, states, lease } = rosterOf(a, b);
    lease(a);
    roster.eject(a, 'bad answers');
    roster.replace([b]);
    roster.replace([a, b]);
    roster.setHealth(a, 'up', '1 of 1 probes passed', true);
    expect(states()).toEqual(['ready', 'ready']);
  });

  test('takes an origin of the same name at another address for another origin', () => {
    const { roster, states } = rosterOf(a, b);
    const secure = { ...a, url: new URL(a.url.href.replace('http:', 'https:')) };
    roster.replace([secure, b]);
    expect(states()).toEqual(['starting', 'ready']);
    roster.setHealth(a, 'down', 'an old probe', true);
    expect(states()).toEqual(['starting', 'ready']);
  });
});

describe('a roster that other threads follow', () => {
  test('calls no origin drained before all know that it drains', () => {
    const { roster, announced, lease } = rosterOf(a, b);
    roster.expectFollowers();
    roster.drain(a.id);
    const late = lease(a);
    roster.settle();
    expect(announced).toEqual(['1 draining: taken out by hand, finishes what runs']);
    late();
    expect(announced.slice(1)).toEqual(['1 drained: taken out, all that ran has ended']);
  });

  test('notices what ended before all knew', () => {
    const { roster, announced, lease } = rosterOf(a, b);
    roster.expectFollowers();
    const release = lease(a);
    roster.drain(a.id);
    release();
    expect(announced).toHaveLength(1);
    roster.settle();
    roster.settle();
    expect(announced.slice(1)).toEqual(['1 drained: taken out, all that ran has ended']);
  });

  test('lets no origin go before all know that it left, and meanwhile shows it to them', () => {
    const { roster, announced } = rosterOf(a, b);
    roster.expectFollowers();
    roster.replace([a]);
    expect(announced).toEqual(['2 draining: no longer listed', 'now 1']);
    expect(roster.snapshot().leaving.map(({ id }) => id)).toEqual([b.id]);
    roster.settle();
    expect(announced.slice(2)).toEqual(['2 drained: taken out, all that ran has ended', '2 gone']);
    expect(roster.snapshot().leaving).toEqual([]);
  });

  test('takes an origin that returns before all know that it left for the same one', () => {
    const { roster, announced, lease } = rosterOf(a, b);
    roster.expectFollowers();
    const release = lease(b);
    roster.replace([a]);
    roster.replace([a, b]);
    roster.settle();
    expect(roster.memberAt(b)?.inFlight).toBe(1);
    release();
    expect(announced).not.toContain('2 gone');
  });
});
