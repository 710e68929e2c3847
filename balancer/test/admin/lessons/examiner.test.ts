import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { exactly } from '../../../src/admin/lessons/judge.ts';
import type { Lesson } from '../../../src/admin/lessons/lesson.ts';
import type { Stage } from '../../../src/admin/lessons/stage.ts';
import { type Classroom, openClassroom, openOrigins } from './classroom.ts';

let origins: Awaited<ReturnType<typeof openOrigins>>;
let classroom: Classroom;
/** What the one check does once it has changed everything that a check can change. */
let then: (stage: Stage) => Promise<void>;

const lesson: Lesson = {
  ...{ title: 'Everything', steps: ['changes everything'], seconds: 1 },
  play: async (stage) => {
    await stage.choose('two-choices');
    await stage.weigh(1, 7);
    await stage.faults(() => ({ latencyMs: 5 }));
    await stage.drain(2);
    stage.pause(60_000);
    await then(stage);
    return { figures: [exactly('one', 1, 1)], sentence: 'It was done.' };
  },
};

beforeAll(async () => {
  origins = await openOrigins();
});
afterAll(() => origins.end());
beforeEach(async () => {
  classroom = await openClassroom(origins.ports, {}, [lesson]);
  then = async () => {};
});
afterEach(() => classroom.close());

const run = (signal = new AbortController().signal) => classroom.examiner.run(1, '192.0.2.7', signal);

/** How the stack is, in what a check changes. */
async function state() {
  const { policyName, roster, membership, pause } = classroom.pool;
  return {
    ...{ policyName, paused: pause.left > 0 },
    origins: roster.members.map(({ state, origin: { id, weight } }) => [state, weight, membership.sourceOf(id)]),
    faults: await Promise.all([0, 1, 2, 3].map(async (place) => (await classroom.dial(place)).fault)),
  };
}

const untouched = {
  ...{ policyName: 'round-robin', paused: false },
  origins: [1, 2, 3, 4].map(() => ['ready', 1, 'file']),
  faults: [null, null, null, null],
};

test('a check finds what it has changed, and everything is put back afterwards', async () => {
  let during: unknown;
  then = async () => {
    during = await state();
  };
  expect(await run()).toMatchObject({
    pass: true,
    sentence: 'It was done.',
    numbers: [{ name: 'one', measured: 1, expected: '1', ok: true }],
  });
  expect(during).toMatchObject({
    ...{ policyName: 'two-choices', paused: true },
    origins: [
      ['ready', 1, 'file'],
      ['ready', 7, 'hand'],
      ['drained', 1, 'file'],
      ['ready', 1, 'file'],
    ],
    faults: [1, 2, 3, 4].map(() => expect.objectContaining({ latencyMs: 5 })),
  });
  expect(await state()).toEqual(untouched);
});

test('everything is put back where whoever asked leaves in the middle', async () => {
  const left = new AbortController();
  then = (stage) => {
    left.abort();
    return stage.ask.rest(60_000);
  };
  await expect(run(left.signal)).rejects.toThrow('aborted');
  expect(await state()).toEqual(untouched);
});

test('everything is put back where a step throws, and the mistake is ours', async () => {
  then = async () => {
    throw new TypeError('a mistake in the check');
  };
  await expect(run()).rejects.toThrow('a mistake in the check');
  expect(await state()).toEqual(untouched);
});

test('everything is put back where the balancer is stopped, and no other check begins', async () => {
  then = (stage) => {
    classroom.examiner.end();
    return stage.ask.rest(60_000);
  };
  await expect(run()).rejects.toThrow('the balancer stops');
  expect(await state()).toEqual(untouched);
  await expect(run()).rejects.toThrow('the balancer stops');
});

test('who was broken, drained or weighed before is so again, a fault for the rest of its time', async () => {
  const { roster, membership } = classroom.pool;
  const [first, second] = roster.members.map(({ origin }) => origin.id);
  await classroom.dial(3, 'PUT', { latencyMs: 30, ttlS: 60 });
  roster.drain(String(first));
  membership.change(String(second), { weight: 3 });
  const before = await state();
  expect((await run()).pass).toBe(true);
  expect(await state()).toEqual(before);
  await classroom.dial(3, 'DELETE');
});

test('what somebody else changes in the middle stays, and the check says so and does not pass', async () => {
  then = async () => {
    classroom.pool.choosePolicy('random');
    classroom.pool.membership.change(classroom.pool.roster.members[1]?.origin.id ?? '', { weight: 9 });
    await classroom.dial(3, 'PUT', { latencyMs: 40, ttlS: 60 });
  };
  const { pass, sentence } = await run();
  expect(pass).toBe(false);
  for (const part of ['somebody chose random', 'another weight', 'turned the fault dial']) expect(sentence).toContain(part);
  expect(await state()).toEqual({
    ...untouched,
    policyName: 'random',
    origins: [
      ['ready', 1, 'file'],
      ['ready', 9, 'hand'],
      ['ready', 1, 'file'],
      ['ready', 1, 'file'],
    ],
    faults: [null, null, null, expect.objectContaining({ latencyMs: 40 })],
  });
  await classroom.dial(3, 'DELETE');
});

test('a check chooses nothing any more once somebody else has chosen', async () => {
  then = (stage) => {
    classroom.pool.choosePolicy('random');
    return stage.choose('first');
  };
  expect((await run()).sentence).toBe('The check did not come to its end: somebody chose random meanwhile: that stays.');
  expect(classroom.pool.policyName).toBe('random');
});

test('one check runs at a time; who asks meanwhile is told which one runs, and for whom', async () => {
  let refusal: unknown;
  then = async () => {
    refusal = await run().catch((error: Error) => error.message);
    expect((await classroom.examiner.report(1)).running).toMatchObject({
      chapter: 1,
      who: '192.0.2.7',
      doing: expect.stringContaining('holds all'),
    });
  };
  expect((await run()).pass).toBe(true);
  expect(refusal).toMatch(/^the check of chapter 1 runs since \d\d:\d\d:\d\d UTC, for 192\.0\.2\.7, .* only one runs at a time$/);
  expect(await classroom.examiner.report(1)).toMatchObject({ running: null, last: { pass: true } });
});

test('where a pool is paused, nothing is checked', async () => {
  classroom.pool.pause.begin(60_000);
  await expect(run()).rejects.toThrow('the pool is paused');
  expect(classroom.pool.pause.left).toBeGreaterThan(0);
});

test('where origins are somebody else’s, nothing is checked, and that is said', async () => {
  const [first = 0, second = 0, third = 0] = origins.ports;
  await classroom.close();
  classroom = await openClassroom([first, second, third], {}, [lesson]);
  await expect(run()).rejects.toThrow('the checks need four origins at four different ports, as `npm start` has them; there are 3 here');
  await classroom.close();
  classroom = await openClassroom([first, second, third, 9], {}, [lesson]);
  await expect(run()).rejects.toThrow(
    'the checks need four origins of this project, which can be slowed down and broken: 127.0.0.1:9 can not be reached',
  );
});
