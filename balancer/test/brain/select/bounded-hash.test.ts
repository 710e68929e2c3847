import { expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import { boundedHash } from '../../../src/brain/select/bounded-hash.ts';
import { rendezvousHash } from '../../../src/brain/select/rendezvous-hash.ts';
import { type Changeable, candidate, many } from './candidates.ts';

const env = { random: Math.random, now: () => 0 };

test.each([[[1, 1, 1, 1]], [[5, 2, 1]], [[0.1, 1, 1]]])(
  'weights %j: nobody is ever above ⌈1.25 · (in flight + 1) · its share⌉, though half of the requests have one key',
  (weights) => {
    const random = seeded(1);
    const policy = boundedHash(env);
    const list = weights.map((weight, index) => candidate(`o${index}`, weight));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const running: Changeable[] = [];
    for (let i = 0; i < 5000; i++) {
      const key = random() < 0.5 ? 'hot' : `key-${Math.floor(random() * 100)}`;
      const all = running.length + 1;
      const picked = policy.select(list, { key }).candidate as Changeable;
      picked.inFlight += 1;
      running.push(picked);
      expect(picked.inFlight).toBeLessThanOrEqual(Math.ceil((1.25 * all * picked.weight) / total));
      while (running.length > 40 || random() < 0.4) {
        const [ended] = running.splice(Math.floor(random() * running.length), 1);
        if (!ended) break;
        ended.inFlight -= 1;
      }
    }
  },
);

test('with nothing in flight everybody gets the favourite, as with rendezvous-hash', () => {
  const [bounded, unbounded] = [boundedHash(env), rendezvousHash(env)];
  const list = many(10);
  for (let i = 0; i < 500; i++) {
    const request = { key: `key-${i}` };
    expect(bounded.select(list, request).candidate).toBe(unbounded.select(list, request).candidate);
  }
});

test('goes on to the key’s next choice where the favourite is full, and back when it has room', () => {
  const policy = boundedHash(env);
  const list = many(4);
  const request = { key: 'k' };
  const favourite = policy.select(list, request).candidate as Changeable;
  favourite.inFlight = 8;
  const second = policy.select(list, request);
  const rest = list.filter((one) => one !== favourite);
  expect(second.candidate).toBe(rendezvousHash(env).select(rest, request).candidate);
  expect(second.facts.explain()).toMatch(
    new RegExp(
      `favourite is ${favourite.origin.id}, which has 8 in flight and may have 3; the next with room is ${second.candidate.origin.id}`,
    ),
  );
  favourite.inFlight = 0;
  expect(policy.select(list, request).candidate).toBe(favourite);
});
