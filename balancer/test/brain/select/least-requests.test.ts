import { expect, test } from '@jest/globals';
import { leastRequests } from '../../../src/brain/select/least-requests.ts';
import { busy, candidate, candidates, many } from './candidates.ts';

const fresh = () => leastRequests({ random: Math.random, now: () => 0 });
const request = { key: '' };
const pick = (list: ReturnType<typeof candidates>) => fresh().select(list, request);

test('takes the one with fewest in flight', () => {
  expect(pick(busy(3, 1, 2, 5)).candidate.origin.id).toBe('b');
});

test('weighs what is in flight', () => {
  const [heavy, light] = [candidate('heavy', 3), candidate('light', 1)];
  Object.assign(heavy, { inFlight: 5 });
  Object.assign(light, { inFlight: 2 });
  expect(pick([light, heavy]).candidate).toBe(heavy);
  Object.assign(light, { inFlight: 1 });
  expect(pick([heavy, light]).candidate).toBe(light);
});

test('sees that 7 of 49 is as much as 15 of 105', () => {
  const list = [Object.assign(candidate('a', 49), { inFlight: 7 }), Object.assign(candidate('b', 105), { inFlight: 15 })];
  expect(pick(list).facts.explain()).toContain('a and b tie');
});

test('requests one after the other go to each in turn, not all to the first', () => {
  const policy = fresh();
  const list = candidates('a', 'b', 'c');
  expect(Array.from({ length: 7 }, () => policy.select(list, request).candidate.origin.id).join('')).toBe('abcabca');
});

test('among those that tie, the one that has waited longest is next, also by turns that it had without a tie', () => {
  const policy = fresh();
  const [a, b, c] = candidates('a', 'b', 'c') as [never, never, never];
  const id = (list: never[]) => policy.select(list, request).candidate.origin.id;
  expect([id([a, b, c]), id([b]), id([a, b, c]), id([a, b]), id([b, c])]).toEqual(['a', 'b', 'c', 'a', 'b']);
});

test('a weight of 0 takes nothing while another has a weight', () => {
  const list = [candidate('none', 0), Object.assign(candidate('some', 1), { inFlight: 99 })];
  expect(pick(list).candidate.origin.id).toBe('some');
  expect(pick(list.toReversed()).candidate.origin.id).toBe('some');
});

test('where all weights are 0, what is in flight decides', () => {
  const list = [3, 1, 2].map((inFlight, index) => Object.assign(candidate(`o${index}`, 0), { inFlight }));
  expect(pick(list).candidate.origin.id).toBe('o1');
});

test('explains a tie, and a pick without one', () => {
  const policy = fresh();
  const list = ['8081', '8082', '8083', '8084'].map((id, index) => Object.assign(candidate(id), { inFlight: [3, 1, 1, 5][index] }));
  policy.select(list, request);
  expect(policy.select(list, request).facts.explain()).toBe(
    'in flight 3/1/1/5; 8082 and 8083 tie; 8083 has waited longest: it had no turn yet',
  );
  expect(policy.select(list, request).facts.explain()).toBe(
    'in flight 3/1/1/5; 8082 and 8083 tie; 8082 has waited longest: this is turn 3, its last was 1',
  );
  expect(policy.select(list.slice(0, 2), request).facts.explain()).toBe('in flight 3/1; 8082 has least for its weight');
});

test('keeps the beginning only of a long list', () => {
  expect(pick(many(1000)).facts.explain()).toMatch(/^in flight (0\/){16}… of 1000; o0, .*, o15 and 984 more tie; o0 has waited/);
});
