import { describe, expect, jest, test } from '@jest/globals';
import { Figures } from '../../../src/brain/pool/figures.ts';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { LastOrigin } from '../../../src/brain/pool/main-roster.ts';
import { MirrorRoster } from '../../../src/brain/pool/mirror-roster.ts';
import { Pool } from '../../../src/brain/pool/pool.ts';
import { UnknownOrigin } from '../../../src/brain/pool/roster.ts';
import type { Candidate } from '../../../src/brain/select/candidate.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';
import { ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';

const [a, b, c] = [originAt(1), originAt(2), originAt(3)];

/** A pool's roster, all that it announced, and leases at its origins. */
function rosterOf(...origins: Origin[]) {
  let now = 0;
  const pool = ownPool(origins, { maxConnections: 10, slowStart: 0 }, ownLedger(), () => now);
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
    one.release();
    expect(announced).toEqual(['1 draining: taken out by hand, finishes what runs']);
    other.release();
    expect(announced.slice(1)).toEqual(['1 drained: taken out by hand, nothing runs any more']);
    roster.enable(a.id);
    expect(announced.slice(2)).toEqual(['1 ready: put back by hand']);
  });

  test('of an idle origin is done at once, and a second one changes nothing', () => {
    const { roster, announced } = rosterOf(a, b);
    roster.drain(a.id);
    roster.drain(a.id);
    expect(announced).toEqual(['1 drained: taken out by hand, nothing runs any more']);
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

  test('of all on another list is no better: that list is refused, and nothing has changed', () => {
    const { roster, states } = rosterOf(a, b, c);
    roster.drain(a.id);
    expect(() => roster.replace([a])).toThrow(LastOrigin);
    expect(() => roster.checkList([a])).toThrow(
      /^nobody would take requests, since 127\.0\.0\.1:1 was taken out by hand; enable one first$/,
    );
    expect(states()).toEqual(['drained', 'ready', 'ready']);
    roster.replace([a, originAt(9)]);
    roster.enable(a.id);
    roster.replace([a]);
    expect(states()).toEqual(['ready']);
    roster.replace([]);
    expect(states()).toEqual([]);
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
    expect(roster.eject(a, 'bad answers', 1)).toBe(true);
    expect(roster.eject(b, 'bad answers', 1)).toBe(false);
    expect(states()).toEqual(['ejected', 'ready']);
  });

  test.each([
    [4, 0.5, 2],
    [3, 0.5, 1],
    [4, 0.25, 1],
    [4, 0, 0],
    [4, 1, 3],
    [100, 0.29, 29],
  ])('of %i origins and a bound of %f: %i at the most, and who drains is none of them', (count, mostOut, most) => {
    const origins = Array.from({ length: count + 1 }, (_, index) => originAt(index + 1));
    const { roster } = rosterOf(...origins);
    roster.drain(origins.at(-1)?.id ?? '');
    expect(origins.filter((origin) => roster.eject(origin, 'bad answers', mostOut))).toHaveLength(most);
    expect(roster.ejectedTooMany(mostOut)).toBeUndefined();
  });

  test('counts those that probes found down, and not those that only connections did', () => {
    const { roster } = rosterOf(a, b, c, originAt(4));
    roster.setHealth(a, 'down', 'connection refused', false);
    expect(roster.eject(b, 'bad answers', 0.5)).toBe(true);
    roster.readmit(b, 'its time is over');
    roster.setHealth(a, 'down', 'no answer', true);
    expect([roster.eject(b, 'bad answers', 0.5), roster.eject(c, 'bad answers', 0.5)]).toEqual([true, false]);
    expect(roster.ejectedTooMany(0.5)).toBeUndefined();
    roster.setHealth(c, 'down', 'no answer', true);
    expect(roster.ejectedTooMany(0.5)).toBe(b);
  });

  test('goes on behind a time of being down, with its own reason', () => {
    const { roster } = rosterOf(a, b);
    roster.eject(a, 'bad answers', 1);
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
    const held = lease(a);
    roster.replace([c]);
    expect(announced).toEqual([
      ...['now 3', '1 draining: no longer listed, finishes what runs'],
      ...['2 drained: no longer listed, nothing runs any more', '2 gone'],
    ]);
    held.release();
    expect(announced.slice(4)).toEqual(['1 drained: no longer listed, nothing runs any more', '1 gone']);
  });

  test('takes back who was about to leave, with what still runs there', () => {
    const { roster, announced, lease } = rosterOf(a, b);
    const held = lease(a);
    roster.replace([b]);
    roster.replace([a, b]);
    expect(roster.memberAt(a)).toMatchObject({ inFlight: 1, standing: { state: 'starting' } });
    held.release();
    expect(announced).not.toContain('1 gone');
  });

  test('takes one back without an ejection from before', () => {
    const { roster, states, lease } = rosterOf(a, b);
    lease(a);
    roster.eject(a, 'bad answers', 1);
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
  /** Such a roster, and a way to say that all threads have the oldest list that some did not have yet. */
  function followed(...origins: Origin[]) {
    const over = rosterOf(...origins);
    const waiting: (() => void)[] = [];
    over.roster.followedBy((done) => waiting.push(done));
    const follow = async () => {
      waiting.shift()?.();
      await Promise.resolve();
    };
    return { ...over, follow };
  }

  test('leaves an origin that left the list as it is until all have the new list', async () => {
    const { roster, announced, follow } = followed(a, b);
    const [, leaving] = roster.members;
    roster.replace([a]);
    expect([announced, leaving?.state]).toEqual([['now 1'], 'ready']);
    expect(roster.snapshot().leaving.map(({ id }) => id)).toEqual([b.id]);
    await follow();
    expect(announced.slice(1)).toEqual(['2 drained: no longer listed, nothing runs any more', '2 gone']);
    expect(roster.snapshot().leaving).toEqual([]);
  });

  test('lets no origin go before, even if it was drained by hand', async () => {
    const { roster, announced, lease, follow } = followed(a, b);
    const held = lease(b);
    roster.drain(b.id);
    roster.replace([a]);
    held.release();
    expect(announced.slice(1)).toEqual(['now 1', '2 drained: taken out by hand, nothing runs any more']);
    await follow();
    expect(announced.slice(3)).toEqual(['2 gone']);
  });

  test('takes an origin that returns before for the same one', async () => {
    const { roster, announced, lease, follow } = followed(a, b);
    const held = lease(b);
    roster.replace([a]);
    roster.replace([a, b]);
    await follow();
    await follow();
    expect(roster.memberAt(b)).toMatchObject({ inFlight: 1, state: 'starting' });
    held.release();
    expect(announced).not.toContain('2 gone');
  });

  test('does not take an old list for the one without an origin', async () => {
    const { roster, announced, follow } = followed(a, b);
    roster.replace([a]);
    roster.replace([a, b]);
    roster.replace([a]);
    await follow();
    await follow();
    expect([...roster.leaving].map(({ state }) => state)).toEqual(['starting']);
    await follow();
    expect(announced.at(-1)).toBe('2 gone');
  });
});

describe('a roster in another thread', () => {
  /** A roster, and one that follows it by the same memory. */
  function twoOf(...origins: Origin[]) {
    const memory = ledgerMemory(2);
    const [first, second] = [new Ledger(memory, 0, waits), new Ledger(memory, 1, waits)];
    const settings = { maxConnections: 1, slowStart: 1000 };
    const now = () => 5000;
    const finished: string[] = [];
    const own = ownPool(origins, settings, first, now);
    const mirror = new MirrorRoster(
      second,
      now,
      ({ id }) => finished.push(id),
      (href) => new URL(href),
    );
    const other = new Pool(mirror, settings, second, now);
    const follow = () => mirror.mirror(own.roster.snapshot());
    follow();
    const offered = () => other.usable().map(({ origin, weight }) => [origin.id, weight]);
    const standing = (origin: Origin) => other.roster.memberAt(origin)?.standing;
    return { own, other, finished, follow, offered, standing };
  }

  test('offers by what is found there at once, with the words for it a moment later', () => {
    const { own, follow, offered, standing } = twoOf(a, b);
    expect([offered(), standing(a)?.reason]).toEqual([
      [
        [a.id, 1],
        [b.id, 1],
      ],
      'not probed yet',
    ]);
    own.roster.setHealth(a, 'down', 'no answer', true);
    expect([offered(), standing(a)]).toEqual([[[b.id, 1]], { state: 'down', reason: 'found just now', since: 5000 }]);
    follow();
    expect(standing(a)?.reason).toBe('no answer');
    own.roster.setHealth(a, 'up', 'well again', true);
    expect(offered()).toEqual([
      [a.id, 0.1],
      [b.id, 1],
    ]);
  });

  test('offers an origin by its new weight at once, and one that is worth a try', () => {
    const { own, offered } = twoOf(a, b);
    own.roster.replace([{ ...a, weight: 3 }, b]);
    expect(offered()).toEqual([
      [a.id, 3],
      [b.id, 1],
    ]);
    for (const origin of [a, b]) own.roster.setHealth(origin, 'down', 'connection refused', false);
    expect(offered()).toHaveLength(2);
    own.roster.setHealth(a, 'down', 'no answer', true);
    expect(offered()).toEqual([[b.id, 1]]);
  });

  test('notices that an origin drains even if the last of what ran ends just as the main thread looks whether anything runs', () => {
    const { own, other, finished } = twoOf(a, b);
    const held = other.lease(other.usable()[0] as Candidate);
    const look = jest.spyOn(Figures.prototype, 'isIdle', 'get').mockImplementationOnce(() => {
      look.mockRestore();
      held.release();
      return false;
    });
    own.roster.drain(a.id);
    expect(finished).toEqual([a.id]);
  });

  test('says when the last of what ran at an origin that drains has ended', () => {
    const { own, other, finished } = twoOf(a, b);
    const held = other.lease(other.usable()[0] as Candidate);
    own.roster.drain(a.id);
    expect(own.roster.memberAt(a)?.state).toBe('draining');
    held.release();
    expect(finished).toEqual([a.id]);
    own.roster.finished(a);
    expect(other.roster.memberAt(a)?.state).toBe('drained');
  });
});
