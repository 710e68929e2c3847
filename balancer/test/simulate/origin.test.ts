import { expect, test } from '@jest/globals';
import { seeded } from '../../src/brain/seeded.ts';
import { SimulatedOrigin } from '../../src/simulate/origin.ts';
import { SimulatedWorld } from '../../src/simulate/world.ts';

/** An origin that takes 10 ms for work of 1, and what became of its requests, with the times of the world. */
function parts(workers: number) {
  const world = new SimulatedWorld(seeded(1));
  const origin = new SimulatedOrigin({ pace: 10, workers }, world);
  const happened: string[] = [];
  const say = (words: string) => void happened.push(`${Math.round(world.now() * 10) / 10} ${words}`);
  const take = (name: string, work: number) =>
    origin.take(work, {
      refused: () => say(`${name} refused`),
      connected: () => {},
      answered: (status) => say(`${name} ${status}`),
      ended: () => say(`${name} whole`),
      broke: () => say(`${name} broke`),
    });
  const play = (until = 1000) => {
    while (world.step(until));
  };
  return { world, origin, take, play, happened };
}

test('works on what comes in the order in which it comes', () => {
  const { origin, take, play, happened } = parts(1);
  take('long', 3);
  take('short', 1);
  take('last', 2);
  play(1);
  expect(origin.load).toEqual({ inFlight: 3, latencyMs: 0 });
  play();
  expect(happened.filter((what) => what.endsWith('200'))).toEqual(['30.1 long 200', '40.2 short 200', '60.3 last 200']);
  expect(origin.load).toMatchObject({ inFlight: 0, latencyMs: expect.any(Number) });
  expect(origin.load.latencyMs).toBeGreaterThan(5);
});

test('has several workers where it says so', () => {
  const { take, play, happened } = parts(2);
  for (const name of ['a', 'b', 'c', 'd']) take(name, 1);
  play();
  expect(happened.filter((what) => what.endsWith('200'))).toEqual(['10.1 a 200', '10.1 b 200', '20.2 c 200', '20.2 d 200']);
});

test('stops working on what is given up', () => {
  const { origin, take, play, happened, world } = parts(1);
  const giveUp = take('left', 5);
  take('patient', 1);
  world.after(20, giveUp);
  play();
  expect(happened).toEqual(['30 patient 200', '30.1 patient whole']);
  expect(origin.load.inFlight).toBe(0);
});

test('one that crashes breaks what it has, refuses what comes, and has nothing left', () => {
  const { origin, take, play, happened, world } = parts(1);
  take('begun', 5);
  take('waiting', 1);
  world.after(20, () => {
    origin.condition = 'crashed';
  });
  world.after(30, () => take('late', 1));
  play();
  expect(happened).toEqual(['20.1 begun broke', '20.1 waiting broke', '30.1 late refused']);
  expect(origin.load.inFlight).toBe(0);
});

test('one that hangs goes on with nothing until it is up again', () => {
  const { origin, take, play, happened, world } = parts(1);
  take('held', 1);
  world.after(5, () => {
    origin.condition = 'hung';
  });
  world.after(100, () => {
    expect(happened).toEqual([]);
    origin.condition = 'up';
  });
  play();
  expect(happened).toEqual(['100 held 200', '100.1 held whole']);
});
