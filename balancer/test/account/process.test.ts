import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { seen } from '../until.ts';

const programs: Program[] = [];
afterEach(() => Promise.all(programs.splice(0).map((program) => program.end())));

/** A balancer over one origin of the demo, and how to ask it. */
async function logging(...flags: string[]) {
  const origin = new Program('origin/src/main.ts', ['--port=0']);
  programs.push(origin);
  const over = `--origins=http://127.0.0.1:${await origin.port()}`;
  const balancer = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=off', over, ...flags]);
  programs.push(balancer);
  const port = Number((await balancer.printed(/listening on port (\d+)/))[1]);
  const post = async (path: string) => {
    const headers = { Host: 'shop.example', 'User-Agent': 'a "test"', Referer: 'http://a/b' };
    const asked = request({ port, host: '127.0.0.1', path, method: 'POST', headers });
    asked.end('a body of 19 bytes.');
    const [answer] = await once(asked, 'response');
    return (await text(answer)).length;
  };
  const lines = (count: number, pattern: RegExp) =>
    seen(
      async () => balancer.output.match(pattern) ?? [],
      ({ length }) => length >= count,
    );
  return { post, lines };
}

test.each([1, 2])('a line in JSON has what was asked, by whom, and how much went which way, with %s threads', async (threads) => {
  const { post, lines } = await logging('--log=json', `--threads=${threads}`);
  const length = await post('/cart?x=1');
  const [line = ''] = await lines(1, /^\{.*"method".*$/gm);
  expect(JSON.parse(line)).toMatchObject({
    ...{ level: 'info', method: 'POST', target: '/cart?x=1', path: '/cart', host: 'shop.example', protocol: 'HTTP/1.1', status: 200 },
    ...{ userAgent: 'a "test"', referrer: 'http://a/b', bytesIn: 19, bytesOut: length, client: '127.0.0.1' },
  });
});

test.each([1, 2])('lines have no more than they are asked for, with %s threads', async (threads) => {
  const { post, lines } = await logging('--log=json', '--log-fields=status, target', '--log-query=off', `--threads=${threads}`);
  await post('/cart?x=1');
  expect(await lines(1, /^\{"status".*$/gm)).toEqual(['{"status":200,"target":"/cart"}']);
});

test.each([1, 2])('Apache’s format has requests only, with %s threads', async (threads) => {
  const { post, lines } = await logging('--log=combined', `--threads=${threads}`);
  const length = await post('/');
  const [line] = await lines(1, /^127.*$/gm);
  expect(line).toMatch(
    /^127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "POST \/ HTTP\/1\.1" 200 \d+ "http:\/\/a\/b" "a \\x22test\\x22"$/,
  );
  expect(line).toContain(` 200 ${length} `);
});
