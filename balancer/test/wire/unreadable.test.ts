import { afterEach, describe, expect, test } from '@jest/globals';
import type { OutcomeName } from '../../src/pool/tally.ts';
import { startOrigin } from '../origins.ts';
import { type RoadOptions, roadOver } from '../road.ts';
import { until } from '../until.ts';
import { ask, Client, statusesIn } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function road(options: RoadOptions = {}, ...handler: Parameters<typeof startOrigin>) {
  const origin = await startOrigin(...handler);
  const built = roadOver([origin.origin], options);
  ends.push(origin.close, built.close);
  const client = await Client.to(built.server);
  ends.push(() => client.leave());
  // Roads of several threads go on with the counts of those before them.
  const before = built.ledger.sumIn().outcomes;
  const counted = (name: OutcomeName) => built.ledger.sumIn().outcomes[name] - before[name];
  return { ...built, client, counted, requests: origin.requests };
}

const line = (start: string) => `${start}\r\nHost: a\r\n\r\n`;

describe('what can not be read as a request leaves a line in the log and a count:', () => {
  test.each([
    ['a method that the parser does not know', line('BREW /pot HTTP/1.1'), 501],
    ['one that begins like another', line('GETX / HTTP/1.1'), 501],
    ['a known one in lower case (RFC 9110 §9.1)', line('get / HTTP/1.1'), 501],
    ['a method of another protocol', line('PLAY / HTTP/1.1'), 501],
    ['no request line', 'nonsense\r\n\r\n', 400],
    ['a greeting of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['a field without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n', 400],
    ['another protocol', line('GET / RTSP/1.0'), 400],
    ['another protocol with a method of its own', line('SETUP / RTSP/1.0'), 400],
    ['one that is like HTTP', line('SOURCE / ICE/1.0'), 400],
    ['a tunnel', line('CONNECT a:1 HTTP/1.1'), 501],
    ['a field that is too long', ask('/', `X: ${'x'.repeat(100_000)}`), 431],
    ['an expectation that nobody can meet', ask('/', 'Expect: x'), 417],
    ['such an expectation of a request with a body', 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n', 417],
    ['a body that can not be read', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ])('%s', async (_what, bytes, status) => {
    const { client, records, notes, counted, requests } = await road();
    expect(statusesIn(await client.send(bytes).end())).toEqual([status]);
    const told = () => [...notes().map((note) => Number.parseInt(note, 10)), ...records().map((record) => record.status)];
    await until(() => told().length > 0, told);
    expect(told()).toEqual([status]);
    expect(counted(status < 500 ? '4xx' : '5xx')).toBe(1);
    expect(requests).toEqual([]);
  });

  test('nonsense behind a request that can be read, which is answered first', async () => {
    const { client, notes, counted } = await road();
    expect(statusesIn(await client.send(`${ask('/')}BREW / HTTP/1.1\r\n\r\n`).end())).toEqual([200, 501]);
    await until(() => notes().length > 0, notes);
    expect(notes()).toEqual(['501 Not Implemented: this method is not known here']);
    expect([counted('2xx'), counted('5xx')]).toEqual([1, 1]);
  });

  test('one connection too many', async () => {
    const { client, server, notes, counted, requests } = await road({ flags: ['--max-clients=1'] }, () => {});
    client.send(ask('/'));
    await until(() => requests.length === 1, notes);
    const other = await Client.to(server);
    ends.push(() => other.leave());
    expect(statusesIn(await other.end())).toEqual([503]);
    await until(() => notes().length > 0, notes);
    expect(counted('5xx')).toBe(1);
  });

  test('a client that says nothing for too long', async () => {
    const { client, notes, counted } = await road({ flags: ['--header-timeout=50ms'] });
    expect(statusesIn(await client.end())).toEqual([408]);
    await until(() => notes().length > 0, notes);
    expect(counted('4xx')).toBe(1);
  });
});

test('a client of HTTP/1.0 is served, whatever its target looks like', async () => {
  const { client } = await road();
  expect(statusesIn(await client.send(line('GET /RTSP/1.0 HTTP/1.0')).end())).toEqual([200]);
});
