import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Running, startBalancer } from '../balancer/test/running.ts';
import { seen } from '../balancer/test/until.ts';
import { Program } from './process.ts';

const page = readFileSync(new URL('../docs/routes.md', import.meta.url), 'utf8');
const blocks = (kind: string) => [...page.matchAll(new RegExp(`\`\`\`${kind}\n([^\`]+)\`\`\``, 'g'))].map(([, block = '']) => block.trim());
const [written = ''] = blocks('yaml');
const [start = ''] = blocks('sh');

/** What the page has somebody type, in its order, each with what it says that comes. */
const commands = blocks('console')
  .flatMap((block) => block.split(/^\$ /m).slice(1))
  .map((lines) => lines.trim().split('\n'))
  .map(([command = '', ...answer]) => ({ command, answer: answer.join('\n') }));

/** The ports of the page's origins, and which pool each is of: which of a pool's origins answers may be another every time. */
const pools: Readonly<Record<string, string>> = { 8081: 'shop', 8082: 'shop', 8083: 'next', 8084: 'api', 8085: 'new' };
const pagePorts = Object.keys(pools);

const folder = mkdtempSync(join(tmpdir(), 'balancer-'));
const file = join(folder, 'shop.yml');
const ends: (() => Promise<void>)[] = [];
/** The ports that stand for the page's. */
let ports: Readonly<Record<string, number>> = {};
let running: Running;

beforeAll(async () => {
  const origins = pagePorts.map(() => new Program('origin/src/main.ts', ['--port=0']));
  ends.push(...origins.map((origin) => () => origin.end()));
  const real = await Promise.all(origins.map((origin) => origin.port()));
  ports = Object.fromEntries(pagePorts.map((port, i) => [port, real[i] ?? 0]));
  writeFileSync(file, here(written));
  running = await startBalancer([`--config=${file}`], {}, (program) => ends.unshift(() => program.end()));
  await seen(
    async () => (await (await running.admin('/readyz')).text()) ?? '',
    (answer) => !answer.includes('probing'),
  );
});

afterAll(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true });
});

/** A text of the page with the ports that stand for its own. */
function here(words: string): string {
  return words.replaceAll(/\b808[1-5]\b/g, (port) => String(ports[port]));
}

/** What came, with each origin called by its pool. */
function byPool(words: string): string {
  const names = new Map(pagePorts.flatMap((port) => [port, String(ports[port])].map((each) => [each, pools[port] ?? ''])));
  return words.replaceAll(/\b\d{4,5}\b/g, (port) => names.get(port) ?? port);
}

/** Does what a line with curl does, and grep behind it. */
async function curl(line: string): Promise<string> {
  const [, asked = '', pattern = ''] = /^curl (.*?)(?: \| grep (?:-E )?'?([^']+)'?)?$/.exec(line) ?? [];
  const headers = Object.fromEntries([...asked.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]));
  const [, path = ''] = /localhost:8080(\/[^\s']*)?/.exec(asked) ?? [];
  const sent = request({ port: running.port, host: '127.0.0.1', path: path || '/', headers, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const fields = Array.from(
    { length: answer.rawHeaders.length / 2 },
    (_, i) => `${answer.rawHeaders[2 * i]}: ${answer.rawHeaders[2 * i + 1]}`,
  );
  const head = /^-\w*i/.test(asked) ? [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, ...fields, ''] : [];
  const lines = [...head, ...(await text(answer)).trim().split('\n')];
  return lines.filter((each) => new RegExp(pattern).test(each)).join('\n');
}

/** Does what a line with the program does, and prints what it prints. */
async function program(line: string): Promise<string> {
  const [, main = '', words = ''] = /^npx node (\S+) (.*)$/.exec(line) ?? [];
  const admin = await running.program.printed(/admin on (\S+)/);
  const ran = new Program(main, [...here(words).split(' '), ...(words.startsWith('deploy') ? [`--admin=${admin[1]}`] : [])]);
  ends.unshift(() => ran.end());
  await ran.status();
  return ran.output.trim();
}

describe('what the page on routes says to do comes out as it says:', () => {
  test('the file can be used, and nothing in it is hardly meant', async () => {
    expect(start.split('\n').slice(1)).toEqual([
      'npx node balancer/src/main.ts check shop.yml',
      'npx node balancer/src/main.ts --config shop.yml',
    ]);
    const check = new Program('balancer/src/main.ts', ['check', file]);
    expect(await check.status()).toBe(0);
    expect(check.output).toBe(`${file} can be used\n`);
  });

  test.each(commands)('$command', async ({ command, answer }) => {
    const came = command.startsWith('curl ') ? await curl(command) : await program(command);
    expect(byPool(came)).toBe(byPool(answer));
  });

  test('a deploy of what does not become well changes nothing, and says why', async () => {
    const said = await program('npx node balancer/src/main.ts deploy --pool shop --timeout 500ms http://localhost:9');
    expect(said).toMatch(/^balancer: pool shop: nothing has changed: not all are well after .*localhost:9 \(.*\(status 409\)$/);
    expect(byPool(await curl('curl -s localhost:8080'))).toBe('origin server response :new');
  });
});

describe('the table of words', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| `([^`]+)` \|/gm)].map(([, word = '', example = '']) => [word, example] as const);

  test('has every word of a route', async () => {
    const { routeWords } = await import('../balancer/src/config/routes-in-file.ts');
    expect(rows.map(([word]) => word)).toEqual(routeWords);
  });

  /** What must stand beside a word. */
  const beside = (word: string): string => {
    if (['pool', 'split', 'redirect', 'respond'].includes(word)) return 'path: /x';
    if (word === 'split-key') return 'path: /x, split: { shop: 1, next: 1 }';
    if (word === 'status') return 'path: /x, redirect: "https://shop.example.com/"';
    return word === 'path' ? 'pool: shop' : 'path: /x, pool: shop';
  };

  test('has examples that can be used', async () => {
    const top = 'pools: { shop: { origins: "http://a" }, next: { origins: "http://b" } }\n';
    const routes = rows.map(([word, example]) => `  - { ${beside(word)}, ${example} }\n`);
    const examples = join(folder, 'examples.yml');
    writeFileSync(examples, `${top}routes:\n${routes.join('')}`);
    const check = new Program('balancer/src/main.ts', ['check', examples]);
    await check.status();
    expect(check.output).toContain(`${examples} can be used\n`);
  });
});
