import { describe, expect, test } from '@jest/globals';
import { policies } from '../../src/select/policies.ts';
import { candidates } from './candidates.ts';

const env = { random: () => 0.5, now: () => 0 };
const request = { key: 'client' };

describe.each(Object.entries(policies))('%s', (_name, factory) => {
  test('picks only what it was given', () => {
    const policy = factory(env);
    const all = candidates('a', 'b', 'c', 'd');
    for (let i = 0; i < 100; i++) {
      const given = all.filter((_candidate, index) => i % 4 !== index);
      expect(given).toContain(policy.select(given, request).candidate);
    }
  });

  test('works with one candidate', () => {
    const policy = factory(env);
    const [only] = candidates('only');
    if (!only) throw new Error('no candidate');
    for (let i = 0; i < 3; i++) expect(policy.select([only], request).candidate).toBe(only);
  });

  test('does the same with the same randomness and clock', () => {
    const picks = () => {
      const policy = factory(env);
      return Array.from({ length: 20 }, () => policy.select(candidates('a', 'b', 'c'), request).candidate.origin.id);
    };
    expect(picks()).toEqual(picks());
  });
});
