import { afterEach, expect, test } from '@jest/globals';
import { deadOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import { ask, Client, statusesIn } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const long = 400_000;
const body = 'x'.repeat(long);
const withLength = `Content-Length: ${long}\r\n\r\n${body}`;
const inChunks = `Transfer-Encoding: chunked\r\n\r\n${long.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

test.each([
  ['a PUT in chunks, of which the first were kept', 'PUT', inChunks],
  ['a POST in chunks', 'POST', inChunks],
  ['a PUT with a length', 'PUT', withLength],
])(
  '%s that is refused before any origin read of it is read to its end, and the next request of its connection is answered',
  async (_what, method, rest) => {
    const road = roadOver([deadOrigin()], { retries: 0 });
    ends.push(road.close);
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(`${method} / HTTP/1.1\r\nHost: a\r\n${rest}`);
    await client.until(/^HTTP\/1\.1 502 [\s\S]*\n$/);
    client.send(ask('/next'));
    expect(statusesIn(await client.until(/HTTP\/1\.1 502 [\s\S]*HTTP\/1\.1 502 [\s\S]*\n$/))).toEqual([502, 502]);
  },
);
