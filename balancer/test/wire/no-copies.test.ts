import { connect } from 'node:net';
import { afterEach, expect } from '@jest/globals';
import { startOrigin } from '../origins.ts';
import { roadOver, testOfOneThread } from '../road.ts';
import { until } from '../until.ts';
import { portOf } from '../wire.ts';
import { ask } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const test = testOfOneThread('it is counted in this thread what is copied');

/** The shortest copy that counts, in bytes: below, pieces are joined on purpose. */
const short = 4097;

/** Counts what is copied on the balancer's own behalf from now on. */
function counting(): { readonly copies: string[] } {
  const copies: string[] = [];
  const note = (what: string, bytes: number) => {
    const { stack = '' } = new Error();
    if (bytes >= short && stack.includes('/balancer/src/')) copies.push(`${what} of ${bytes}`);
  };
  const { concat, from } = Buffer;
  const { toString: decode, copy, set, write } = Buffer.prototype;
  Object.assign(Buffer, {
    concat: (...args: Parameters<typeof concat>) => {
      const joined = concat(...args);
      note('concat', joined.length);
      return joined;
    },
    from: (...args: unknown[]) => {
      const made = Reflect.apply(from, Buffer, args) as Buffer;
      note('from', made.length);
      return made;
    },
  });
  Object.assign(Buffer.prototype, {
    toString(this: Buffer, ...args: Parameters<typeof decode>) {
      const text = decode.apply(this, args);
      note('toString', text.length);
      return text;
    },
    copy(this: Buffer, ...args: Parameters<typeof copy>) {
      const bytes = copy.apply(this, args);
      note('copy', bytes);
      return bytes;
    },
    set(this: Buffer, source: ArrayLike<number>, at?: number) {
      note('set', source.length);
      return set.call(this, source, at);
    },
    write(this: Buffer, ...args: [string]) {
      note('write', args[0].length);
      return Reflect.apply(write, this, args);
    },
  });
  ends.push(() => {
    Object.assign(Buffer, { concat, from });
    Object.assign(Buffer.prototype, { toString: decode, copy, set, write });
  });
  return { copies };
}

const length = 64 * 1024 * 1024;

test.each([
  ['down, by its length', ask('/', 'Connection: close'), 0],
  ['down, in chunks', ask('/chunked', 'Connection: close'), 0],
  ['up, by its length', `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`, length],
  ['up, in chunks', 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n', length],
])('64 MiB %s are passed on without a copy', async (_how, head, up) => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let taken = 0;
  const origin = await startOrigin((req, res) => {
    req.on('data', ({ length: bytes }: Buffer) => {
      taken += bytes;
    });
    req.on('end', () => {
      if (req.method === 'POST') return res.end('whole');
      if (req.url === '/') res.setHeader('Content-Length', length);
      let left = length;
      const pour = () => {
        while (left > 0) {
          left -= piece.length;
          if (!res.write(piece)) return void res.once('drain', pour);
        }
        res.end();
      };
      return pour();
    });
  });
  const road = roadOver([origin.origin], { patience: 60_000, timeout: 60_000 });
  ends.push(origin.close, road.close);
  const client = connect(await portOf(road.server), '127.0.0.1').on('error', () => {});
  ends.push(() => client.destroy());
  const { copies } = counting();
  let received = 0;
  let isOver = false;
  client.on('data', ({ length: bytes }: Buffer) => {
    received += bytes;
  });
  client.on('close', () => {
    isOver = true;
  });
  client.write(head);
  for (let left = up; left > 0; left -= piece.length) {
    const chunk = head.includes('chunked\r\n\r\n') ? Buffer.from(`10000\r\n${piece}\r\n`) : piece;
    if (!client.write(chunk)) await new Promise((drained) => client.once('drain', drained));
  }
  if (head.includes('chunked\r\n\r\n')) client.write('0\r\n\r\n');
  await until(
    () => isOver,
    () => [received, taken],
  );
  expect(up > 0 ? taken : received).toBeGreaterThanOrEqual(length);
  expect(copies).toEqual([]);
});
