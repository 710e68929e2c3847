import { expect, test } from '@jest/globals';
import { Busy, Membership, UnusableList } from '../../../src/brain/pool/membership.ts';
import { UnknownOrigin } from '../../../src/brain/pool/roster.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { problemsTogether } from '../../../src/config/origins.ts';
import { SimulatedWorld } from '../../../src/simulate/world.ts';
import { ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';

const [a, b, c] = [1, 2, 3].map(originAt) as [Origin, Origin, Origin];

/** The membership of a pool of the first two, and a clock that a test moves. */
function members() {
  const world = new SimulatedWorld(() => 0.5);
  const pool = ownPool([a, b], { maxConnections: 10, slowStart: 0 }, ownLedger(), world.now);
  const { roster } = pool;
  const membership = new Membership({ roster, world, problemsIn: problemsTogether, drainTimeout: () => 1000 });
  const pass = async (ms: number) => {
    const until = world.now() + ms;
    while (world.step(until)) await Promise.resolve();
  };
  const listed = () => roster.members.map(({ origin: { id, weight } }) => `${id.split(':')[1]} ${weight} ${membership.sourceOf(id)}`);
  return { membership, pool, roster, listed, pass };
}

test('an origin that is added waits for a good probe, and is somebody’s hand', () => {
  const { membership, listed, roster } = members();
  membership.add({ ...c, weight: 2 });
  expect(listed()).toEqual(['1 1 file', '2 1 file', '3 2 hand']);
  expect(roster.memberAt(c)?.state).toBe('starting');
});

test('one that is there already is refused, and so is a list in which nobody would take requests', () => {
  const { membership, listed } = members();
  expect(() => membership.add(b)).toThrow(new UnusableList([`${b.id} is listed twice; list each origin once`]));
  membership.change(a.id, { weight: 0 });
  expect(() => membership.change(b.id, { weight: 0 })).toThrow(UnusableList);
  expect(listed()).toEqual(['1 0 hand', '2 1 file']);
});

test('one that nobody knows can be neither changed nor removed', async () => {
  const { membership } = members();
  expect(() => membership.change(c.id, { weight: 2 })).toThrow(UnknownOrigin);
  await expect(membership.remove(c.id)).rejects.toThrow(UnknownOrigin);
});

test('the last one is not removed', async () => {
  const { membership, listed } = members();
  expect(await membership.remove(a.id)).toBe(true);
  await expect(membership.remove(b.id)).rejects.toThrow(UnusableList);
  expect(listed()).toEqual(['2 1 file']);
});

test('one that is removed has gone when nothing runs at it any more, or is said to be there yet', async () => {
  const { membership, pool, roster, pass } = members();
  const lease = () => {
    const member = roster.memberAt(a);
    if (!member) throw new Error('no such origin');
    return pool.lease(member);
  };
  const running = lease();
  const gone = membership.remove(a.id);
  running.release();
  expect(await gone).toBe(true);
  roster.replace([a, b]);
  lease();
  const stays = membership.remove(a.id);
  await pass(6000);
  expect(await stays).toBe(false);
});

test('while a deploy is under way nobody changes the list but the configuration, which ends it', async () => {
  const { membership, listed, pass } = members();
  const deploy = membership.deploy([c], 60_000);
  expect(membership.isDeploying).toBe(true);
  expect(() => membership.add(c)).toThrow(Busy);
  await expect(membership.remove(a.id)).rejects.toThrow(Busy);
  await expect(membership.deploy([c], 1)).rejects.toThrow(Busy);
  expect(membership.adopt([b])).toEqual([]);
  await pass(0);
  expect(await deploy).toEqual({ isDone: false, reason: 'the configuration has other origins now' });
  expect([listed(), membership.isDeploying]).toEqual([['2 1 file'], false]);
});

test('what a deploy brought says so, and the configuration tells what it overrides', async () => {
  const { membership, roster, listed, pass } = members();
  const deploy = membership.deploy([b, c], 60_000);
  roster.setHealth(c, 'up', 'well', true);
  await pass(0);
  expect(await deploy).toEqual({ isDone: true, stillThere: [] });
  expect(listed()).toEqual(['2 1 deploy', '3 1 deploy']);
  expect(membership.adopt([a])).toEqual([b.id, c.id]);
  expect(listed()).toEqual(['1 1 file']);
});

test('where an origin comes from is known while those of before still go, and what the configuration says then stands', async () => {
  const { membership, pool, roster, listed, pass } = members();
  const member = roster.memberAt(a);
  if (!member) throw new Error('no such origin');
  const running = pool.lease(member);
  const deploy = membership.deploy([b, c], 60_000);
  roster.setHealth(c, 'up', 'well', true);
  await pass(0);
  expect([listed(), membership.isDeploying]).toEqual([['2 1 deploy', '3 1 deploy'], true]);
  expect(membership.adopt([b])).toEqual([b.id, c.id]);
  running.release();
  await pass(0);
  expect(await deploy).toEqual({ isDone: true, stillThere: [] });
  expect(listed()).toEqual(['2 1 file']);
});

test('of a pool that is no more nothing can be changed, which would serve nobody', async () => {
  const { membership, listed } = members();
  membership.dissolve();
  expect(() => membership.add(c)).toThrow(new Busy('this pool is no more; the configuration was changed'));
  await expect(async () => membership.deploy([c], 60_000)).rejects.toThrow(Busy);
  expect(listed()).toEqual([]);
});
