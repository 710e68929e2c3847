import { expect, test } from '@jest/globals';
import { measure } from '../../../balancer/src/simulate/measure.ts';
import { alike, scene, withSettings } from '../../src/chapters/scenes.ts';
import type { Frame } from '../../src/lab/frame.ts';
import { Laboratory } from '../../src/lab/laboratory.ts';
import { Session } from '../../src/lab/session.ts';

const world = {
  ...withSettings(scene(alike(3, 50, 2), 60, 20), { retries: 2 }),
  events: [{ kind: 'condition', origin: 1, condition: 'crashed', at: 5000 } as const],
};

/** Plays a world in steps of that size; returns its last frame and all its requests, as they were last heard of. */
function playedIn(step: number): { last: Frame; flights: unknown[] } {
  const session = new Session(world, 3);
  const flights = new Map<number, unknown>();
  for (let to = step; ; to += step) {
    const frame = session.advance(to);
    for (const flight of frame.flights) flights.set(flight.number, flight);
    if (frame.isOver) return { last: frame, flights: [...flights.values()] };
  }
}

test('the same seed shows the same dots, whatever the steps in which it is played', () => {
  const [small, large] = [playedIn(17), playedIn(1900)];
  expect(small.flights).toEqual(large.flights);
  expect(small.last.total).toEqual(large.last.total);
  expect(small.flights.length).toBeGreaterThan(1000);
});

test('a world that is played to its end comes to what it is measured to', () => {
  expect(playedIn(100).last.total).toEqual(measure(world, 3));
});

test('a request that was tried again has a leg for each attempt, and a crashed origin is seen to be down', () => {
  const session = new Session(world, 3);
  session.advance(4900);
  const { flights, origins } = session.advance(6000);
  const again = flights.find(({ legs }) => legs.length === 2);
  expect(again?.legs.map(({ origin, isFailure }) => ({ isBroken: origin === 1, isFailure }))).toEqual([
    { isBroken: true, isFailure: true },
    { isBroken: false, isFailure: false },
  ]);
  expect(origins.map(({ standing }) => standing)).toEqual(['ready', 'down', 'ready']);
});

test('something may happen in a world while it is played', () => {
  const session = new Session(world, 3);
  session.advance(1000);
  session.happen({ kind: 'slow', origin: 0, times: 20 });
  expect(session.advance(3000).origins[0]).toMatchObject({ slowness: 20, working: 2 });
});

test('a request of a world is told of as the balancer would tell it', () => {
  const lab = new Laboratory();
  const report = lab.answer({ kind: 'explain', request: { scenario: world, seed: 3, after: 4900, attempts: 2 } });
  expect(report).toMatchObject({ status: 200, attempts: [{ origin: 'origin-2', isFailure: true }, { isFailure: false }] });
  expect(lab.answer({ kind: 'explain', request: { scenario: world, seed: 3, after: 0, attempts: 5 } })).toBeUndefined();
});

test('a world that was never put up can’t be played', () => {
  expect(() => new Laboratory().answer({ kind: 'advance', world: 'no', to: 1 })).toThrow('there is no world no');
});

test('an hour at twenty requests a second is played in seconds', () => {
  expect(measure(scene(alike(4, 50, 2), 20, 3600), 1).requests).toBeGreaterThan(70_000);
});
