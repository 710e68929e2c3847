import { expect, test } from '@jest/globals';
import { costOf, peakEwma } from '../../../src/brain/select/peak-ewma.ts';
import { candidate, candidates } from './candidates.ts';

const request = { key: '' };
const at = (inFlight: number, latencyMs: number, weight = 1) => Object.assign(candidate('a', weight), { inFlight, latencyMs });

test.each([
  ['latency × (in flight + 1)', at(2, 10), 30],
  ['less for what is in flight at one of more weight', at(3, 10, 3), 20],
  ['the same at idle ones, whose weight decides how often they are drawn', at(0, 10, 3), 10],
  ['nothing where it is idle and unknown, so that it is tried', at(0, 0), 0],
  ['very much where it has never answered', at(1, 0), 1e8 + 1],
  ['more, the more it has not answered', at(7, 0), 1e8 + 7],
])('a request costs %s', (_what, given, cost) => {
  expect(costOf(given)).toBe(cost);
});

test('takes the cheaper of the two that it draws', () => {
  const [fast, slow] = candidates('fast', 'slow') as [ReturnType<typeof candidate>, ReturnType<typeof candidate>];
  Object.assign(fast, { inFlight: 2, latencyMs: 10 });
  Object.assign(slow, { inFlight: 0, latencyMs: 40 });
  const policy = peakEwma({ random: () => 0, now: () => 0 });
  expect(policy.select([slow, fast], request).facts.explain()).toBe('drew slow at cost 40.0 and fast at cost 30.0; fast costs less');
  Object.assign(fast, { inFlight: 3 });
  expect(policy.select([slow, fast], request).candidate).toBe(slow);
});

test('prefers anyone who has answered to one that never did', () => {
  const policy = peakEwma({ random: () => 0, now: () => 0 });
  const silent = Object.assign(candidate('silent'), { inFlight: 1 });
  const slow = Object.assign(candidate('slow'), { inFlight: 50, latencyMs: 30_000 });
  const { candidate: picked, facts } = policy.select([silent, slow], request);
  expect(picked).toBe(slow);
  expect(facts.explain()).toContain('silent at cost unknown');
});
