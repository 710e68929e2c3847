import { expect, test } from '@jest/globals';
import type { AttemptReport, DecisionReport } from '../../../src/admin/api.ts';
import { stepsOf } from '../../../src/admin/dashboard/steps.ts';

const attempt = (change: Partial<AttemptReport>): AttemptReport => ({
  ...{ origin: 'b', result: '200', isFailure: false, by: 'policy', why: 'round-robin: b has waited longest' },
  ...{ candidates: [], candidatesInAll: 3, excluded: [], facts: {}, pickedMs: 1, connectedMs: 2, firstByteMs: 5, endedMs: 6 },
  ...change,
});

const decision = (change: Partial<DecisionReport>): DecisionReport => ({
  ...{
    id: 'i',
    at: 0,
    client: '10.0.0.1',
    method: 'GET',
    target: '/cart',
    policy: 'round-robin',
    status: 200,
    ms: 7,
    explanation: '',
    key: '',
  },
  ...{ thread: 0, attempts: [attempt({})], nobody: [], notRetried: null, wouldHavePicked: [] },
  ...change,
});

const names = (of: DecisionReport) => stepsOf(of).map(({ name }) => name);
const sentence = (of: DecisionReport, name: string) => stepsOf(of).find((step) => step.name === name)?.sentence;

test('an answered request has all the steps of one attempt', () => {
  expect(names(decision({}))).toEqual(['received', 'candidates', 'filtered', 'scored', 'picked', 'connected', 'first byte', 'done']);
  expect(sentence(decision({}), 'connected')).toBe('A connection was there 1 ms after the pick.');
  expect(sentence(decision({}), 'first byte')).toBe('The answer began 3 ms later.');
});

test('one that failed at first has a second round, each step with the number of its attempt', () => {
  const failed = attempt({ origin: 'a', result: 'ECONNREFUSED', isFailure: true, connectedMs: null, firstByteMs: null });
  const excluded = [{ id: 'a', reason: 'already tried for this request' }];
  const steps = stepsOf(decision({ attempts: [failed, attempt({ candidatesInAll: 2, excluded })] }));
  expect(steps.map(({ name }) => name)).toEqual([
    ...['received', 'candidates', 'filtered', 'scored', 'picked', 'failed'],
    ...['retried', 'candidates', 'filtered', 'scored', 'picked', 'connected', 'first byte', 'done'],
  ]);
  expect(steps.map(({ attempt: at }) => at)).toEqual([undefined, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(steps[5]?.sentence).toBe('It failed: ECONNREFUSED. Nothing was lost by that.');
  expect(steps[8]?.sentence).toBe('2 may take it. Left out: a (already tried for this request).');
});

test('one that nobody could take says who and why', () => {
  const of = decision({ attempts: [], nobody: [{ id: 'a', reason: 'down: no answer' }], status: 503 });
  expect(names(of)).toEqual(['received', 'filtered', 'done']);
  expect(sentence(of, 'filtered')).toBe('Nobody could take it: a (down: no answer).');
});

test('one that runs, and one that was not tried again, say so', () => {
  expect(sentence(decision({ ms: null, status: null }), 'done')).toBe('It is still under way.');
  expect(sentence(decision({ status: 502, notRetried: 'retries are off' }), 'done')).toBe(
    'The client got 502 after 7 ms. It was not tried again: retries are off.',
  );
});
