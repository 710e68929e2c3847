import { expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import { WaitingLine } from '../../../src/brain/select/waiting-line.ts';

test.each([1, 2, 3, 10, 100])('the first of %i is always who has waited longest, whoever gets turns', (length) => {
  const random = seeded(length);
  const lasts: number[] = Array.from({ length }, () => Math.floor(random() * 3));
  const line = new WaitingLine(length, (place) => lasts[place] ?? 0);
  let turn = 3;
  for (let pick = 0; pick < 500; pick += 1) {
    const first = line.first();
    expect(first).toBe(lasts.indexOf(Math.min(...lasts)));
    if (random() < 0.7) lasts[first] = ++turn;
    // Others take turns as well, and don't say so.
    while (random() < 0.5) lasts[Math.floor(random() * length)] = ++turn;
  }
});

test('who is first is found without asking all others', () => {
  const lasts: number[] = Array.from({ length: 1000 }, () => 0);
  let asked = 0;
  const line = new WaitingLine(1000, (place) => {
    asked += 1;
    return lasts[place] ?? 0;
  });
  asked = 0;
  for (let turn = 1; turn <= 3000; turn += 1) lasts[line.first()] = turn;
  expect(asked).toBeLessThan(3 * 3000);
});
