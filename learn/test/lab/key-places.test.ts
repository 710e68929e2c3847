import { expect, test } from '@jest/globals';
import { policies } from '../../../balancer/src/brain/select/policies.ts';
import { Simulation } from '../../../balancer/src/simulate/simulation.ts';
import { alike, scene, withClients } from '../../src/chapters/scenes.ts';
import { keysOf, movesBy, placesOf } from '../../src/lab/key-places.ts';

const four = [0, 1, 2, 3];
const withoutOne = { before: four, after: [0, 2, 3] };
const withOneMore = { before: four, after: [...four, 4] };

test.each(['rendezvous-hash', 'maglev-hash'] as const)('leads keys by %s to the very origins that a simulated balancer picks', (way) => {
  const world = withClients(scene(alike(4, 10, 4), 50, 4, way), { count: 30 });
  const places = placesOf(way, keysOf(30), four);
  const picked = new Map<string, string>();
  new Simulation(world, 1, {
    asks: ({ id, asked }) => picked.set(id, asked.key),
    told: ({ exchange }) => {
      const client = Number(picked.get(exchange.id)?.slice('client-'.length));
      expect(exchange.attempts[0]?.origin.id).toBe(`origin-${(places[client] ?? -1) + 1}`);
    },
  }).run();
  expect(picked.size).toBeGreaterThan(100);
});

test('moves only the keys of an origin that leaves by rendezvous-hash, and only to a new one that comes', () => {
  const had = placesOf('rendezvous-hash', keysOf(1000), four).filter((origin) => origin === 1).length;
  expect(movesBy('rendezvous-hash', 1000, withoutOne)).toEqual({ stayed: 1000 - had, moved: had, needless: 0 });
  expect(movesBy('rendezvous-hash', 1000, withOneMore).needless).toBe(0);
});

test('moves three of four keys by mod n when one of four origins leaves, most of them needlessly', () => {
  const { moved, needless } = movesBy('mod n', 10_000, withoutOne);
  expect(moved / 10_000).toBeCloseTo(0.75, 1);
  expect(needless / 10_000).toBeCloseTo(0.5, 1);
});

test('moves nobody where nothing changes', () => {
  for (const way of ['mod n', 'rendezvous-hash', 'maglev-hash'] as const) {
    expect(movesBy(way, 500, { before: four, after: four })).toEqual({ stayed: 500, moved: 0, needless: 0 });
  }
});

test('knows ways of the balancer by the names that its policies have', () => {
  expect(Object.keys(policies)).toEqual(expect.arrayContaining(['rendezvous-hash', 'maglev-hash']));
});
