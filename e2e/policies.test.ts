import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { policies } from '../balancer/src/brain/select/policies.ts';
import { Lab, listed } from './faults/lab.ts';
import type { LabOrigin } from './faults/lab-origin.ts';

let lab: Lab;
let first: LabOrigin;
beforeAll(async () => {
  lab = await Lab.start((origins) => [...listed(origins), '--hash-key=header:x-key']);
  [first] = lab.origins as [LabOrigin];
});
afterAll(() => lab.close());

async function use(policy: string): Promise<void> {
  const response = await lab.admin('/api/policy', 'PUT', { name: policy });
  expect([response.status, await response.json()]).toEqual([200, { policy }]);
}

/** The share of requests that clients sent to the first origin, once they had some time to find out about it. */
async function shareOfFirst(): Promise<number> {
  const crowd = lab.crowd({ count: 24, think: 5 });
  const answered = async (count: number) => {
    while (crowd.samples.length < count) await delay(20);
    return performance.now();
  };
  const [from, to] = [await answered(300), await answered(700)];
  await crowd.stop();
  const sent = crowd.sent(from, to);
  expect(sent.length).toBeGreaterThan(100);
  return sent.filter(({ body }) => body === String(first.port)).length / sent.length;
}

describe('with one origin that is 50 times slower', () => {
  beforeAll(() => first.behave({ delayMs: 100 }));
  afterAll(() => first.behave({ delayMs: 2 }));

  test.each(['least-requests', 'two-choices', 'peak-ewma', 'prequal'])('%s sends it little', async (policy) => {
    await use(policy);
    expect(await shareOfFirst()).toBeLessThan(0.15);
  });

  test('round-robin sends it as much as the others', async () => {
    await use('round-robin');
    expect(await shareOfFirst()).toBeGreaterThan(0.2);
  });
});

/** Which origin each of some keys goes to. */
async function whereKeysGo(keys = 60): Promise<string[]> {
  const places: string[] = [];
  for (let key = 0; key < keys; key++) {
    const response = await fetch(`http://127.0.0.1:${lab.port}`, { headers: { 'X-Key': `key ${key}` } });
    places.push(await response.text());
  }
  return places;
}

describe('when an origin leaves', () => {
  test.each(['rendezvous-hash', 'maglev-hash', 'bounded-hash'])('%s moves its keys, and no others; and moves them back', async (policy) => {
    await use(policy);
    const before = await whereKeysGo();
    expect(new Set(before).size).toBe(4);
    await lab.admin(`/api/origins/${first.id}/drain`, 'POST');
    const without = await whereKeysGo();
    await lab.admin(`/api/origins/${first.id}/enable`, 'POST');
    const moved = before.filter((place, key) => place !== without[key]);
    expect(new Set(moved)).toEqual(new Set([String(first.port)]));
    expect(without).not.toContain(String(first.port));
    expect(await whereKeysGo()).toEqual(before);
  });
});

test('every policy serves', async () => {
  for (const policy of Object.keys(policies)) {
    await use(policy);
    expect(lab.origins.map(({ port }) => String(port))).toEqual(expect.arrayContaining(await whereKeysGo(12)));
  }
});
