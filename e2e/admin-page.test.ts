import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startBalancer } from '../balancer/test/running.ts';
import { Program } from './process.ts';

const page = readFileSync(new URL('../docs/admin.md', import.meta.url), 'utf8');
const contract = readFileSync(new URL('../balancer/src/admin/api.ts', import.meta.url), 'utf8');
const lines = [...page.matchAll(/```sh\n([^`]+)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));

/** Origins of the page that are there from the start, and one that comes later. */
const ports = ['8081', '8082', '8083', '8084', '8085'];
let origins: Program[] = [];
let balancer: Program | undefined;
/** Asks what a line of the page asks, of the stack that this test runs. */
let ask: (line: string) => Promise<number>;

beforeAll(async () => {
  origins = ports.map(() => new Program('origin/src/main.ts', ['--port=0']));
  const [first, second, third, fourth, fifth] = await Promise.all(origins.map((origin) => origin.port()));
  const here = (text: string) =>
    text.replaceAll('localhost:8082', `localhost:${second}`).replaceAll('localhost:8085', `localhost:${fifth}`);
  const running = await startBalancer(
    ['--demo=on', `--origins=${[first, second, third, fourth].map((port) => `http://localhost:${port}`).join()}`],
    {},
    (program) => {
      balancer = program;
    },
  );
  ask = async (line) => {
    const [, path = ''] = /localhost:8090(\/[^\s']*)/.exec(line) ?? [];
    const [, method = 'GET'] = /-X (\w+)/.exec(line) ?? [];
    const [, body] = /-d '([^']+)'/.exec(line) ?? [];
    const response = await running.admin(here(path), method, body && JSON.parse(here(body)));
    await response.body?.cancel();
    return response.status;
  };
});

afterAll(async () => {
  await Promise.all([balancer, ...origins].map((program) => program?.end()));
});

describe('what the page on the admin side says to do can be done:', () => {
  test.each(lines)('%s', async (line) => {
    expect(line).toMatch(/^curl /);
    expect([200, 201, 202]).toContain(await ask(line));
  });
});

test('the page has everything that the contract has', () => {
  const asked = lines.map((line) => `${/-X (\w+)/.exec(line)?.[1] ?? 'GET'} ${/8090(\/[^\s?']*)/.exec(line)?.[1]}`);
  const promised = [...contract.matchAll(/^ \* {3}(GET|PUT|POST|PATCH|DELETE) +(\/api\/[^\s,]+)/gm)].map(
    ([, method, path = '']) => `${method} ${path.replace('pools/P/', 'pools/default/')}`,
  );
  expect(promised.length).toBeGreaterThan(7);
  for (const one of promised) expect(asked).toContainEqual(expect.stringMatching(patternOf(one)));
});

/** How the page may write what the contract promises: with any of its origins, and any chapter. */
function patternOf(promised: string): RegExp {
  return new RegExp(`^${promised.replaceAll('/', '\\/').replace('ID', 'localhost:80\\d\\d').replace('lessons\\/N', 'lessons\\/\\d+')}$`);
}
