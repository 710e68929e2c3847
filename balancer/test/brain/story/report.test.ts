import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../src/brain/select/policies.ts';
import { reportOf } from '../../../src/brain/story/report.ts';
import { originAt } from '../../origins.ts';
import { attempt, candidate, exchange } from './exchanges.ts';
import { toShop } from './routed.ts';

test('an attempt is reported with every figure at its place, and times since the request came', () => {
  const excluded = [{ id: 'c', reason: 'down: no answer' }];
  const outcome = { kind: 'answered', status: 200 } as const;
  const times = { startedAt: 1001, connectedAt: 1002.5, firstByteAt: 1004.256, endedAt: 1009 };
  const report = reportOf(exchange({ attempts: [attempt({ ...times, outcome, excluded })], ended: { at: 1010, status: 200 } }), 3);
  expect(report).toMatchObject({ id: 'id-1', at: 1000, policy: 'first', status: 200, ms: 10, thread: 3, nobody: [], notRetried: null });
  expect(report.explanation).toContain('first picked 127.0.0.1:1');
  const figures = { weight: 3, latencyMs: 12.35, lastTurn: 7, credit: -4 };
  expect(report.attempts).toEqual([
    {
      ...{ origin: '127.0.0.1:1', result: '200', isFailure: false, by: 'policy', why: 'first: 127.0.0.1:1 is the first of 2' },
      candidates: [
        { id: '127.0.0.1:1', inFlight: 1, ...figures },
        { id: '127.0.0.1:2', inFlight: 2, ...figures },
      ],
      ...{ candidatesInAll: 2, excluded, facts: { id: '127.0.0.1:1', candidates: 2 } },
      ...{ pickedMs: 1, connectedMs: 2.5, firstByteMs: 4.26, endedMs: 9 },
    },
  ]);
});

test('an attempt that a cookie led to has no facts, and times that never came are null', () => {
  const [only] = reportOf(exchange({ attempts: [attempt({ isByCookie: true })] }), 0).attempts;
  expect(only).toMatchObject({
    ...{ by: 'cookie', why: 'a cookie of the client leads there, so the policy was not asked' },
    ...{ result: null, isFailure: false, connectedMs: null, firstByteMs: null, endedMs: null },
  });
  expect(only?.facts).toEqual({});
});

test('of a long list of candidates the report says how many there were in all', () => {
  const [only] = reportOf(exchange({ attempts: [attempt({ candidatesInAll: 40 })] }), 0).attempts;
  expect([only?.candidates.length, only?.candidatesInAll]).toEqual([2, 40]);
});

test('a report has what its route made of it and why, or nothing where all requests go to one pool', () => {
  expect([reportOf(exchange({ routed: toShop }), 0), reportOf(exchange(), 0)].map(({ route }) => route)).toEqual([toShop.why, null]);
});

test('a report has the whole target, however long, and who could not take it', () => {
  const target = `/${'x'.repeat(300)}`;
  const nobody = [{ id: 'a', reason: 'down: no answer' }];
  expect(reportOf(exchange({ target, nobody, notRetried: 'why' }), 0)).toMatchObject({ target, nobody, notRetried: 'why', key: '' });
});

describe('a key is shown', () => {
  test.each([
    ['where it is the client', '10.0.0.1', '10.0.0.1'],
    ['where it is in the target', 'x=1', 'x=1'],
    ['nowhere else', 's3cret', 'hidden'],
  ])('%s', (_what, key, shown) => {
    expect(reportOf(exchange({ attempts: [attempt({ key })] }), 0).key).toBe(shown);
  });
});

describe('what other policies would have picked', () => {
  const loads = [{ ...candidate(1), inFlight: 5 }, candidate(2)];
  const other = attempt({ candidates: [candidate(3)], origin: originAt(3) });
  const others = (id: string) => reportOf(exchange({ id, attempts: [attempt({ candidates: loads }), other] }), 0).wouldHavePicked;

  test('is said of the first pick, and whether it is the same', () => {
    expect(others('id-1').find(({ policy }) => policy === 'least-requests')).toMatchObject({ origin: '127.0.0.1:2', isSame: false });
    expect(others('id-1').find(({ policy }) => policy === 'round-robin')).toMatchObject({ origin: '127.0.0.1:1', isSame: true });
    expect(others('id-1').map(({ policy }) => policy)).toEqual(Object.keys(policies).filter((name) => name !== 'first'));
  });

  test('is another draw of chance for another exchange, and the same each time for one', () => {
    const drawn = (id: string) => others(id).find(({ policy }) => policy === 'random')?.origin;
    const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
    expect(new Set(ids.map(drawn)).size).toBe(2);
    expect(ids.map(drawn)).toEqual(ids.map(drawn));
  });
});
