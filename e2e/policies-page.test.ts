import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { policies } from '../balancer/src/brain/select/policies.ts';
import { Program } from './process.ts';

const folder = new URL('../docs/', import.meta.url);
const page = readFileSync(new URL('policies.md', folder), 'utf8');

test('every policy is explained, and its name leads to its file', () => {
  const explained = [...page.matchAll(/^### \[([^\]]+)\]\(\.\.\/balancer\/src\/brain\/select\/([^)]+)\.ts\)$/gm)];
  expect(explained.map(([, name]) => name)).toEqual(Object.keys(policies));
  for (const [, name, file] of explained) expect(file).toBe(name);
});

test('the table of the simulation has every policy, and the picture shows the same run', () => {
  const picture = readFileSync(new URL('policies.svg', folder), 'utf8');
  for (const name of Object.keys(policies)) {
    const [, slowest = '', failed = ''] = new RegExp(`^${name} .* ([\\d.]+%) +\\d+% +([\\d.]+%)$`, 'm').exec(page) ?? [];
    expect(picture).toMatch(new RegExp(`>${name}</text>[^]*?>${slowest}</text>\\s*<text[^>]*>${failed}</text>`));
    expect(slowest).not.toBe('');
  }
});

test('the table says what the simulation says today, for two policies', async () => {
  const [, command = ''] = /^\$ npm run simulate -- (.*)$/m.exec(page) ?? [];
  const args = command.replace('--policies all', '--policies peak-ewma,prequal').split(' ');
  const simulation = new Program('bench/simulate/simulate.ts', args);
  expect(await simulation.status()).toBe(0);
  const rows = (text: string) => text.match(/^(?:peak-ewma|prequal) .*%$/gm)?.map((row) => row.split(/ +/));
  expect(rows(simulation.output)).toHaveLength(2);
  expect(rows(simulation.output)).toEqual(rows(page));
});

test('the lesson on the simulation’s page says what it says today', async () => {
  const text = readFileSync(new URL('simulation.md', folder), 'utf8');
  const [, words = '', told = ''] = /^\$ npm run simulate -- (.*)\n([\s\S]*?)```/m.exec(text) ?? [];
  const simulation = new Program('bench/simulate/simulate.ts', words.split(' '));
  expect(await simulation.status()).toBe(0);
  expect(simulation.output.trim()).toBe(told.trim());
});
