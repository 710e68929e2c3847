import { expect, test } from '@jest/globals';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';
import { ownLedger } from '../../ledger.ts';

test('one client has at most eight times what is free, and two share it', () => {
  const { requests } = ownLedger();
  const [a, b] = [1, 2];
  let [free, all] = [900, 0];
  while (requests.take(a, free, 'fair')) [free, all] = [free - 1, all + 1];
  expect(all).toBe(800);
  while (requests.of(a) > 400) {
    requests.give(a);
    free += 1;
  }
  while (requests.take(b, free, 'fair')) free -= 1;
  expect([requests.of(a), requests.of(b) > 400]).toEqual([400, true]);
});

test('counts a client in all threads, and forgets what a dead one counted', () => {
  const memory = ledgerMemory(2);
  const [one, other] = [new Ledger(memory, 0, waits), new Ledger(memory, 1, waits)];
  const client = one.requests.bucketOf('192.0.2.1');
  expect(other.requests.bucketOf('192.0.2.1')).toBe(client);
  expect([one.requests.take(client, 9, 2), other.requests.take(client, 9, 2), one.requests.take(client, 9, 2)]).toEqual([
    true,
    true,
    false,
  ]);
  one.reclaim(1);
  expect(one.requests.of(client)).toBe(1);
});
