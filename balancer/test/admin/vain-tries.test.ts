import { expect, test } from '@jest/globals';
import { VainTries } from '../../src/admin/vain-tries.ts';

function tries() {
  const notes: string[] = [];
  const clock = { now: 0 };
  return {
    clock,
    notes,
    counted: new VainTries(
      () => clock.now,
      (note) => notes.push(note),
    ),
  };
}

test('tries of one address count up, and begin anew after a minute without one', () => {
  const { clock, counted } = tries();
  expect([1, 2, 3].map(() => counted.count('10.0.0.1', 'tried'))).toEqual([1, 2, 3]);
  expect(counted.count('10.0.0.2', 'tried')).toBe(1);
  clock.now = 59_999;
  expect(counted.count('10.0.0.1', 'tried')).toBe(4);
  clock.now += 60_000;
  expect(counted.count('10.0.0.1', 'tried')).toBe(1);
});

test('addresses of one IPv6 network of 64 bits count as one', () => {
  const { counted } = tries();
  const counts = ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:9::1', '2001:db8:0:1::1', '::1', '::2:0:0:0:1'];
  expect(counts.map((address) => counted.count(address, 'tried'))).toEqual([1, 2, 3, 1, 1, 1]);
});

test('many tries leave few lines', () => {
  const { counted, notes } = tries();
  for (let count = 0; count < 1000; count += 1) counted.count('10.0.0.1', 'gave a wrong token');
  expect(notes).toHaveLength(10);
  expect(notes[0]).toBe('admin: 10.0.0.1 gave a wrong token');
  expect(notes.at(-1)).toBe('admin: 10.0.0.1 gave a wrong token; that makes 512 vain tries in a row');
});

test('of very many addresses, those who tried last are remembered', () => {
  const { counted } = tries();
  counted.count('10.0.0.1', 'tried');
  counted.count('10.0.0.2', 'tried');
  counted.count('10.0.0.1', 'tried');
  for (let other = 0; other < 999; other += 1) counted.count(`192.168.${other >> 8}.${other & 255}`, 'tried');
  expect(counted.count('10.0.0.1', 'tried')).toBe(3);
  expect(counted.count('10.0.0.2', 'tried')).toBe(1);
});
