import { createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Children } from '../children.ts';
import { firstAnswer } from '../starts.ts';

const children = new Children();
afterEach(() => children.end());

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A server that answers 503 to its first requests, and then 200. */
function lateServer(port: number, vain: number) {
  const program = `let vain = ${vain};
    require('node:http').createServer((req, res) => { res.statusCode = vain-- > 0 ? 503 : 200; res.end(); }).listen(${port}, '127.0.0.1')`;
  return { name: 'a server', port, command: { words: [process.execPath, '-e', program] } };
}

test('the first answer is the first of 200, and its server is gone afterwards', async () => {
  const port = await freePort();
  const begun = performance.now();
  const taken = await firstAnswer(lateServer(port, 20), children);
  expect(taken).toBeGreaterThan(20);
  expect(taken).toBeLessThanOrEqual(performance.now() - begun);
  // It would not start beside another one.
  expect(await firstAnswer(lateServer(port, 0), children)).toBeGreaterThan(0);
});

test("a stranger's server on that port is not measured", async () => {
  const stranger = createServer();
  await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await expect(firstAnswer(lateServer(port, 0), children)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => stranger.close(resolve));
});
