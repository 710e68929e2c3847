import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startOrigin } from '../origins.ts';
import { startBalancer } from '../running.ts';
import { seen } from '../until.ts';
import { ask, Client } from '../wire/hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const request = (line: string, fields = '', body = '') => `${line} HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}`;
const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const sized = 'Content-Length: 1\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const oneChunk = '1\r\nx\r\n0\r\n\r\n';

/** What Node treats in a way of its own, each to be handed over, refused, or answered at another time than usual. */
const kinds = [
  request('GET /healthz', upgrade),
  request('GET /healthz', upgrade + sized, 'x'),
  request('GET /healthz', upgrade + chunked, oneChunk),
  request('POST /healthz', `Connection: Upgrade\r\nUpgrade: h2c\r\n${sized}`, 'x'),
  request('CONNECT a:1'),
  request('CONNECT a:1', sized, 'x'),
  request('CONNECT a:1', chunked, oneChunk),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  request('GET /healthz', 'Expect: x\r\n'),
  request('POST /healthz', `Expect: 100-continue\r\n${sized}`, 'x'),
  request('OPTIONS *', upgrade),
];

/** What such a request may stand behind, unanswered. */
const fronts = [request('GET /healthz'), request('OPTIONS *'), request('GET /healthz', 'Expect: x\r\n')];

/** How a client may go on after its last byte. */
const endings = ['FIN', 'reset', 'silence'] as const;

interface Case {
  readonly bytes: string;
  readonly ending: (typeof endings)[number];
}

const everyLength = (bytes: string) => Array.from(bytes, (_, index) => index + 1);

/** The lengths at which a request has just begun, is whole, or is about at the end of a line. */
const lineEnds = (bytes: string) =>
  everyLength(bytes).filter((length) => length === bytes.length || /^.$|\n\r?$/.test(bytes.slice(0, length)));

/** The beginnings of every request, cut at such lengths, alone and behind each of the others; no two are the same. */
function beginnings(alone: typeof everyLength, behind: typeof everyLength): Case[] {
  const cut = (front: string, lengths: typeof everyLength) =>
    kinds.flatMap((kind) => lengths(kind).map((length) => front + kind.slice(0, length)));
  const all = new Set([...cut('', alone), ...fronts.flatMap((front) => cut(front, behind))]);
  return [...all].flatMap((bytes) => endings.map((ending) => ({ bytes, ending })));
}

/** How many clients play at each port at the same time. */
const players = 20;

/**
 * Plays cases at a port until there are no more of them. Who says nothing more stays for as long as it takes until another does. A
 * connection that its client has closed must be closed by the server.
 */
async function play(left: Iterable<Case>, port: number): Promise<void> {
  let silent: Socket | undefined;
  for (const { bytes, ending } of left) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const written = new Promise((resolve) => socket.write(bytes, resolve));
    socket.resume();
    if (ending === 'FIN') socket.end();
    else await written;
    if (ending === 'reset') socket.resetAndDestroy();
    if (ending === 'silence') {
      silent?.destroy();
      silent = socket;
    } else await closed;
  }
  silent?.destroy();
}

test.each([
  [1, beginnings(everyLength, lineEnds)],
  // More threads parse no other way, but lose more with each that ends.
  [2, beginnings(lineEnds, lineEnds)],
])(
  'no beginning of any request ends anything, at either port, whatever its client does then, with --threads %i',
  async (threads, cases) => {
    const { origin, close } = await startOrigin();
    ends.push(close);
    const { program, port, admin } = await startBalancer([`--threads=${threads}`, `--origins=${origin.url}`], {}, (started) =>
      ends.push(() => started.end()),
    );
    const adminPort = Number((await program.printed(/admin on http:\/\/127\.0\.0\.1:(\d+)/))[1]);
    const left = [port, adminPort].map((at) => ({ at, cases: cases.values() }));
    await Promise.all(left.flatMap(({ at, cases }) => Array.from({ length: players }, () => play(cases, at))));
    expect(program.output).not.toMatch(/a mistake|thread \d+ (has )?ended/);
    // Who has gone takes nothing up.
    const status = async () => (await (await admin('/api/status')).json()) as { running: number; clients: number };
    await seen(status, ({ running, clients }) => running === 0 && clients === 0);
    const client = await Client.to(port);
    ends.push(() => client.leave());
    await client.send(ask('/healthz')).until(/^HTTP\/1\.1 200/);
  },
);
