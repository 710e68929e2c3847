import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Lock } from '../../src/acme/lock.ts';
import { until } from '../until.ts';
import { fileText } from './keepers.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = () => {
  throw new Error('it was lost');
};

/** A clock that goes on when it is told to. */
function handClock() {
  let now = 0;
  let due: (() => void)[] = [];
  return {
    clock: {
      now: () => now,
      random: () => 0,
      after: (_ms: number, work: () => void) => {
        due.push(work);
        return () => {
          due = due.filter((one) => one !== work);
        };
      },
    },
    /** How much is to be done later. */
    due: () => due.length,
    goOn: (ms: number) => {
      now += ms;
      for (const work of due.splice(0)) work();
    },
  };
}

test('one at a time has it', async () => {
  const { clock } = handClock();
  const [one, other] = [new Lock(path, 'one', clock), new Lock(path, 'other', clock)];
  expect(await one.take(never)).toBe(true);
  expect(await other.take(never)).toBe(false);
  expect(other.holder).toBe('one');
  await one.release();
  expect(await other.take(never)).toBe(true);
  await other.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('it is taken from who is gone, and not from who says every now and then that he is there', async () => {
  const [mine, others] = [handClock(), handClock()];
  const [holder, other] = [new Lock(path, 'holder', mine.clock), new Lock(path, 'other', others.clock)];
  await holder.take(never);
  for (let beats = 0; beats < 10; beats += 1) {
    expect(await other.take(never)).toBe(false);
    mine.goOn(10_000);
    await until(() => mine.due() === 1, mine.due);
    others.goOn(30_000);
  }
  expect(await other.take(never)).toBe(false);
  others.goOn(59_999);
  expect(await other.take(never)).toBe(false);
  others.goOn(1);
  expect(await other.take(never)).toBe(true);
  // The one who had it hears of that, and leaves it.
  const { promise, resolve } = Promise.withResolvers<void>();
  const late = new Lock(path, 'late', mine.clock);
  expect(await late.take(resolve)).toBe(false);
  await holder.release();
  expect(fileText(path)).toContain('"holder":"other"');
  await other.release();
  expect(await late.take(resolve)).toBe(true);
  writeFileSync(path, '{"holder":"thief"}');
  mine.goOn(10_000);
  await promise;
  await late.release();
  expect(fileText(path)).toBe('{"holder":"thief"}');
});

test('of many who find it left behind at about the same time one takes it', async () => {
  for (let round = 0; round < 100; round += 1) {
    writeFileSync(path, `{"holder":"gone","round":${round}}`);
    const { clock, goOn } = handClock();
    const many = Array.from({ length: 8 }, (_, number) => new Lock(path, `${number}`, clock));
    await Promise.all(many.map((lock) => lock.take(never)));
    goOn(60_000);
    const taken = await Promise.all(
      many.map(async (lock, place) => {
        for (let turns = (place * round) % 41; turns > 0; turns -= 1) await turn();
        return lock.take(() => {});
      }),
    );
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['lock']);
    for (const lock of many) await lock.release();
  }
});

test('one that ended while it took it from another does not keep it from the others', async () => {
  const left = '{"holder":"gone"}';
  writeFileSync(path, left);
  writeFileSync(`${path}.${createHash('sha256').update(left).digest('hex').slice(0, 16)}.claim`, '');
  const { clock, goOn } = handClock();
  const lock = new Lock(path, 'me', clock);
  for (let minutes = 0; minutes < 3; minutes += 1) {
    expect(await lock.take(never)).toBe(false);
    goOn(60_000);
  }
  expect(await lock.take(never)).toBe(true);
  await lock.release();
  expect(readdirSync(folder)).toEqual([]);
});
