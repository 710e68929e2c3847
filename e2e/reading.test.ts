import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const root = new URL('..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** The files of the reading path, in order, as they are named in the table. */
const path = [...read('docs/reading.md').matchAll(/^\| (\d+) \| \[`([^`]+)`\]\(\.\.\/balancer\/src\/([^)]+)\)/gm)];
const files = path.map(([, , file = '']) => file);

test('the path is numbered, and its links lead where they say', () => {
  expect(path.map(([, number, , link]) => [number, link])).toEqual(files.map((file, index) => [`${index + 1}`, file]));
});

test('it begins with the road and ends with its end', () => {
  expect([files[0], files.at(-1)]).toEqual(['app.ts', 'account/account.ts']);
});

test('it meets each room of the road in the order of the README’s picture, and does not come back', () => {
  const [, picture = ''] = /```\n(listen .*)\n```/.exec(read('README.md')) ?? [];
  const rooms = picture.split(' ─▶ ');
  const met = files.map((file) => rooms.findIndex((room) => file.startsWith(`${room}/`) || file.startsWith(`brain/${room}/`)));
  const steps = met.filter((room) => room >= 0);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(new Set(steps).size).toBe(rooms.length);
});

test('it can be read in an evening: no more than 2,500 lines', () => {
  const lines = files.reduce((sum, file) => sum + read(`balancer/src/${file}`).split('\n').length - 1, 0);
  expect(lines).toBeLessThanOrEqual(2500);
});

test.each(files.map((file, index) => [file, index] as const))('%s says where you are', (file, index) => {
  const next = files[index + 1];
  const place = `// You are here: ${index + 1} of ${files.length} in docs/reading.md.`;
  const [first] = read(`balancer/src/${file}`).split('\n', 1);
  expect(first).toBe(next === undefined ? `${place} The end of the road.` : `${place} Next: ${next}.`);
});
