import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { flagOf, optionNames, options, standardOf, variableOf } from '../balancer/src/config/options.ts';
import { poolOptions } from '../balancer/src/config/pool-options.ts';

const root = new URL('..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
const pages = [
  'README.md',
  ...readdirSync(new URL('docs', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The links of a page that lead to files, each once. */
function linksIn(page: string): string[] {
  const targets = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
  return [...new Set(targets.filter((target) => !target.startsWith('http')))];
}

describe.each(pages)('%s', (page) => {
  test('has links that lead to files', () => {
    const dead = linksIn(page).filter((path) => !existsSync(new URL(path, new URL(page, root))));
    expect(dead).toEqual([]);
  });
});

test.each(pages.filter((page) => page !== 'README.md'))('the README leads to %s', (page) => {
  expect(linksIn('README.md')).toContain(page);
});

test('the README is short', () => {
  expect(readme.split('\n').length).toBeLessThan(200);
});

describe('the table of options', () => {
  const table = read('docs/options.md');

  test.each(optionNames)('has %s as the program has it', (name) => {
    const standard = name === 'log' ? '`pretty` on a terminal, else `json`' : `\`${standardOf(name)}\``;
    expect(table).toContain(`| \`--${flagOf(name)}\` | \`${variableOf(name)}\` | ${standard} | ${options[name].about} |`);
  });

  test('has nothing else', () => {
    expect(table.match(/^\| `--/gm)).toHaveLength(optionNames.length);
  });
});

test('the list of what a pool may have for itself is as the program has it', () => {
  const [, list = ''] = /A pool may have for itself:\n\n([\s\S]*?)\n\n/.exec(read('docs/options.md')) ?? [];
  expect([...list.matchAll(/`([^`]+)`/g)].map(([, flag]) => flag)).toEqual(poolOptions.map(flagOf));
});

test('the commands that the README begins with are the ones that CI runs', () => {
  const [run = '', check = ''] = [...readme.matchAll(/```sh\n([^`]+)```/g)].map(([, commands = '']) => commands.trim());
  expect(run.split('\n')).toEqual(['docker compose up', 'npm ci && npm start']);
  expect(check).toBe('npm cit');
  const ci = read('.ci/run');
  expect(ci).toContain('npm cit');
  expect(ci).toContain('npm run smoke');
  expect(ci).toContain('npm run faults -- --short');
  expect(read('e2e/smoke.ts')).toContain("compose('up'");
  expect(read('e2e/smoke.ts')).toContain("spawn('npm', ['start']");
  expect(read('.github/workflows/ci.yml')).toContain('run: .ci/run');
});

/** The folders of the balancer; those of the brain are rooms of their own. */
function rooms(): string[] {
  const foldersIn = (path: string) => readdirSync(new URL(path, root), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const body = foldersIn('balancer/src').map(({ name }) => name);
  return [...body.filter((name) => name !== 'brain'), ...foldersIn('balancer/src/brain').map(({ name }) => `brain/${name}`)];
}

test('every folder of the balancer is a room that the README names', () => {
  for (const room of rooms()) expect(readme).toMatch(new RegExp(`[\`/ ]${room.split('/').at(-1)}[\`/ ]`));
});

test('every room has its import arrows in the linter’s configuration', () => {
  const arrows = JSON.parse(read('biome.json')).overrides.flatMap(({ includes }: { includes: string[] }) => includes);
  expect(rooms().filter((room) => !arrows.includes(`balancer/src/${room}/**`))).toEqual([]);
});
