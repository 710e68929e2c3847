import { describe, expect, test } from '@jest/globals';
import type { Attempt } from '../../../src/brain/exchange/attempt.ts';
import type { Outcome } from '../../../src/brain/exchange/outcome.ts';
import { storyOf } from '../../../src/brain/story/story.ts';
import { routeOf } from '../route/routes.ts';
import { attempt, candidate, exchange } from './exchanges.ts';

const came = 'GET /cart?x=1 came from 10.0.0.1.';
const picked = 'first picked 127.0.0.1:1 of 2 candidates: 127.0.0.1:1 is the first of 2.';
const answered: Partial<Attempt> = { connectedAt: 1002, firstByteAt: 1004, endedAt: 1009, outcome: { kind: 'answered', status: 200 } };
const refused: Outcome = { kind: 'failed', during: 'connecting', reason: 'ECONNREFUSED', cause: 'lost' };

test('an exchange that was answered ends with what the origin said, after the time to its first byte', () => {
  const story = storyOf(exchange({ attempts: [attempt(answered)], ended: { at: 1010, status: 200 } }));
  expect(story).toBe(`${came} ${picked} The origin began to answer after 3 ms: 200.`);
});

test('one that went on elsewhere tells of each attempt, and ends with the answer', () => {
  const attempts = [attempt({ outcome: refused, endedAt: 1002 }), attempt(answered)];
  const story = storyOf(exchange({ attempts, ended: { at: 1010, status: 200 } }));
  expect(story).toBe(
    `${came} ${picked} No connection came about after 1 ms (ECONNREFUSED). ${picked} The origin began to answer after 3 ms: 200.`,
  );
});

test('an answer that the client did not get to its end is none', () => {
  const story = storyOf(exchange({ attempts: [attempt(answered)], ended: { at: 1010, status: null } }));
  expect(story).toBe(`${came} ${picked} The origin began to answer after 3 ms: 200. The client got no whole answer.`);
});

test('one that is under way says so, as far as it is', () => {
  expect(storyOf(exchange())).toBe(came);
  expect(storyOf(exchange({ attempts: [attempt()] }))).toBe(`${came} ${picked} It is still under way there.`);
});

test('one that a route took tells first which one, and what it did', () => {
  const why = 'route 2 (everything) split it: next, 5 of 100, by chance';
  const story = storyOf(exchange({ routed: { kind: 'pool', pool: 'next', route: routeOf({ number: 2 }), why }, attempts: [attempt()] }));
  expect(story).toBe(`${came} Route 2 (everything) split it: next, 5 of 100, by chance. ${picked} It is still under way there.`);
  expect(storyOf(exchange({ routed: { kind: 'nowhere', why: 'no route takes it' } }))).toBe(`${came} No route takes it.`);
});

test('a body that is too long for the route is said to be', () => {
  const attempts = [attempt({ outcome: { kind: 'overlong' }, endedAt: 1002 })];
  const notRetried = 'its body was longer than its route takes';
  expect(storyOf(exchange({ attempts, notRetried, ended: { at: 1010, status: 413 } }))).toBe(
    `${came} ${picked} The client sent a longer body than its route takes. It was not tried again: ${notRetried}. The client got 413.`,
  );
});

test('a long target is cut', () => {
  expect(storyOf(exchange({ target: `/${'x'.repeat(300)}` }))).toBe(`GET /${'x'.repeat(199)} came from 10.0.0.1.`);
});

test.each([
  [1004.99, ''],
  [1005, ' It waited 5 ms, for its body or for a free place.'],
])('a wait before the first pick is told where it was of 5 ms or more: until %d', (startedAt, wait) => {
  const story = storyOf(exchange({ attempts: [attempt({ startedAt }), attempt({ startedAt: 1900 })] }));
  expect(story).toContain(`${came}${wait} first picked`);
});

describe('why an origin was picked', () => {
  const excluded = [
    { id: 'a', reason: 'down: no answer' },
    { id: 'b', reason: 'already tried for this request' },
  ];
  const out = 'Left out: a (down: no answer), b (already tried for this request).';

  test.each([
    ['the policy, among others', {}, picked],
    ['the policy, with those left out', { excluded }, `${picked} ${out}`],
    ['that there was only one', { candidates: [candidate(1)], excluded }, `127.0.0.1:1 was the only candidate. ${out}`],
    ['a cookie', { isByCookie: true }, 'A cookie of the client led it to 127.0.0.1:1, so the policy was not asked.'],
    [
      'a cookie, though there was only one',
      { isByCookie: true, candidates: [candidate(1)], excluded },
      `A cookie of the client led it to 127.0.0.1:1, so the policy was not asked. ${out}`,
    ],
  ])('is %s', (_what, changes, why) => {
    expect(storyOf(exchange({ attempts: [attempt(changes)] }))).toBe(`${came} ${why} It is still under way there.`);
  });
});

describe('an attempt that came to nothing', () => {
  const failed = (during: 'connecting' | 'waiting' | 'answering'): Outcome => ({ ...refused, during, reason: 'why' });

  test.each<[string, Partial<Attempt>, string]>([
    ['no connection', { outcome: failed('connecting'), endedAt: 1003 }, 'No connection came about after 2 ms (why).'],
    [
      'no answer',
      { outcome: failed('waiting'), connectedAt: 1002, endedAt: 1051.256 },
      'No answer began, and it failed after 50.26 ms (why).',
    ],
    [
      'half an answer, of which the end is told and not the beginning',
      { outcome: failed('answering'), connectedAt: 1002, firstByteAt: 1004, endedAt: 3001 },
      'The answer broke off after 2000 ms (why).',
    ],
    ['a client that sends no more', { outcome: { kind: 'starved' }, endedAt: 1500 }, 'The client stopped sending its body.'],
    ['a client that reads no more', { outcome: { kind: 'unread' }, endedAt: 1500 }, 'The client stopped reading the answer.'],
    ['a client that leaves', { outcome: { kind: 'abandoned' }, endedAt: 1500 }, 'The client left before the end.'],
  ])('says so: %s', (_what, changes, sentence) => {
    const story = storyOf(exchange({ attempts: [attempt(changes)], ended: { at: 4000, status: null } }));
    expect(story).toBe(`${came} ${picked} ${sentence} The client got no whole answer.`);
  });
});

describe('a failure says why there was no further attempt, and what the client got:', () => {
  const ended = { at: 1010, status: 502 };
  const failure = attempt({ outcome: refused, endedAt: 1002 });
  const failing = `${came} ${picked} No connection came about after 1 ms (ECONNREFUSED).`;
  const left = [{ id: 'b', reason: 'down: no answer' }];

  test.each([
    [
      'after one',
      { attempts: [failure], notRetried: 'retries are off', ended },
      `${failing} It was not tried again: retries are off. The client got 502.`,
    ],
    [
      'after one, where nobody was left',
      { attempts: [failure], notRetried: 'no other origin can take it', nobody: left, ended },
      `${failing} It was not tried again: no other origin can take it. The client got 502.`,
    ],
    [
      'before the first',
      { notRetried: 'too many waited already', ended: { at: 1010, status: 503 } },
      `${came} It was not tried at all: too many waited already. The client got 503.`,
    ],
    [
      'before the first, where nobody could take it',
      { notRetried: 'no origin can take it', nobody: left, ended: { at: 1010, status: 503 } },
      `${came} No origin could take it: b (down: no answer). The client got 503.`,
    ],
    [
      'before the first, where there was no origin',
      { notRetried: 'no origin can take it', nobody: [], ended: { at: 1010, status: 503 } },
      `${came} There was no origin to take it. The client got 503.`,
    ],
    ['nothing is known', { ended: { at: 1010, status: 400 } }, `${came} The client got 400.`],
  ])('%s', (_what, changes, story) => {
    expect(storyOf(exchange(changes))).toBe(story);
  });
});
