import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { type Tally, visit } from '../client.ts';
import { EchoOrigin } from '../echo-origin.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What ten connections see at a port. */
async function seenAt(port: number): Promise<Tally> {
  const tally: Tally = { own: 0, refused: 0, unanswered: 0, wrong: [] };
  await Promise.all(Array.from({ length: 10 }, (_, number) => visit(port, number, seeded(number), tally)));
  return tally;
}

test('an origin answers with a request’s own mark', async () => {
  const origin = await EchoOrigin.start({ ignoresBodies: false, isFaulty: false });
  ends.push(() => origin.close());
  const tally = await seenAt(Number(new URL(origin.url).port));
  expect(tally.own).toBeGreaterThan(5);
  expect(origin.mixed).toEqual([]);
});

test('an answer to another is told', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nX-Mark: k99-1;\r\nContent-Length: 0\r\n\r\n';
  const server = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.end(answer))).listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  const { wrong, own } = await seenAt((server.address() as AddressInfo).port);
  expect(own).toBe(0);
  expect(wrong.some((text) => text.endsWith('the mark k99-1;'))).toBe(true);
});

test('a request with the marks of two is told', async () => {
  const origin = await EchoOrigin.start({ ignoresBodies: false, isFaulty: false });
  ends.push(() => origin.close());
  await fetch(`${origin.url}/k1-0;fine`, { headers: { 'X-Mark': 'k2-0;' } });
  expect(origin.mixed).toHaveLength(1);
});
