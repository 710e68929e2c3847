import { afterEach, describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire } from '../wire.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { type ByteOrigin, get, linesOf, startByteOrigin, through, valuesOf } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function over(answer: Parameters<typeof startByteOrigin>[0], options: RoadOptions = {}, count = 1) {
  const origins: ByteOrigin[] = [];
  for (let i = 0; i < count; i++) origins.push(await startByteOrigin(answer));
  const road = roadOver(
    origins.map(({ port }) => originAt(port)),
    options,
  );
  ends.push(() => Promise.all(origins.map(({ close }) => close())), road.close);
  return { road, origins };
}

describe('--max-answer-header', () => {
  const cookies = (count: number) => `Set-Cookie: ${'c'.repeat(1012)}\r\n`.repeat(count);
  const answerOf = (count: number) => `HTTP/1.1 200 OK\r\n${cookies(count)}Content-Length: 2\r\n\r\nok`;

  test('lets 60 cookies of 1 KiB through', async () => {
    const { response } = await through(get('/'), answerOf(60));
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(valuesOf(response, 'Set-Cookie')).toHaveLength(60);
  });

  test.each<[string, string[], number]>([
    ['64 KiB', [], 70],
    ['what it says', ['--max-answer-header=2KiB'], 3],
  ])('refuses more than %s at the first origin, and says so to the client and in the log', async (_what, flags, count) => {
    const { road, origins } = await over((socket) => socket.write(answerOf(count)), { flags }, 3);
    const answer = await onTheWire(road.server, get('/'));
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(answer).toContain("502 Bad Gateway: the header of the origin's answer is too long");
    expect((await road.record()).attempts.map(({ result }) => result)).toEqual(['header over --max-answer-header']);
    expect(origins.reduce((all, origin) => all + origin.connections(), 0)).toBe(1);
  });
});

test.each([
  [2000, 200],
  [2001, 502],
])('an answer of %i fields is a %i', async (count, status) => {
  const fields = 'a:\r\n'.repeat(count - 1);
  expect(statusesIn((await through(get('/'), `HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\n\r\nok`)).response)).toEqual([status]);
});

describe('interim answers', () => {
  const hint = `HTTP/1.1 103 Early Hints\r\nLink: <${'l'.repeat(1000)}>\r\n\r\n`;

  test('without end come to an end, for a client that reads nothing', async () => {
    let sent = 0;
    const { road, origins } = await over((socket) => {
      const more = () => {
        while (!socket.destroyed && sent < 256 * 1024 * 1024) {
          sent += hint.length;
          if (!socket.write(hint)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    const client = (await Client.to(road.server)).deafen().send(get('/'));
    ends.push(() => client.leave());
    const { attempts } = await road.record();
    expect(attempts.map(({ result }) => result)).toEqual(['too many interim answers']);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    const answer = await client.listen().end();
    expect(statusesIn(answer).filter((status) => status === 103)).toHaveLength(32);
    expect(answer).toContain('HTTP/1.1 502 ');
    expect(origins[0]?.connections()).toBe(1);
  });

  test('that are few but large come to an end', async () => {
    const large = `HTTP/1.1 103 Early Hints\r\nLink: <${'l'.repeat(30_000)}>\r\n\r\n`;
    const { response } = await through(get('/'), `${large.repeat(3)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`);
    expect(statusesIn(response)).toEqual([103, 103, 502]);
  });

  test('give an origin no more time than it has for its final answer', async () => {
    let hints = 0;
    const { road } = await over(
      (socket) => {
        const timer = setInterval(() => {
          hints += 1;
          if (hints < 20) socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
          else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        }, 200);
        socket.on('close', () => clearInterval(timer));
      },
      { timeout: 1000 },
    );
    expect(statusesIn(await onTheWire(road.server, get('/'))).at(-1)).toBe(504);
  });

  test('are not for clients of HTTP/1.0', async () => {
    const { response } = await through('GET / HTTP/1.0\r\n\r\n', `${hint}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    expect(statusesIn(response)).toEqual([200]);
  });
});

test.each(['RTSP/1.0 200 OK', 'ICE/1.0 200 OK', 'HTTP/2.0 200 OK', 'HTTP/0.9 200 OK', 'HTTP/3.0 200 OK'])(
  'an answer that begins with %s is refused',
  async (line) => {
    const { road } = await over((socket) => socket.write(`${line}\r\nContent-Length: 2\r\n\r\nok`));
    expect(await onTheWire(road.server, get('/'))).toContain("502 Bad Gateway: the origin's answer could not be understood");
    expect((await road.record()).attempts.map(({ result }) => result)).toEqual(['no valid HTTP: the status line']);
  },
);

test('an answer whose first line comes byte by byte is passed on', async () => {
  const { road } = await over((socket) => {
    const bytes = [...'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'];
    socket.setNoDelay();
    const next = () => {
      const byte = bytes.shift();
      if (byte !== undefined) socket.write(byte, () => setImmediate(next));
    };
    next();
  });
  expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nok$/s);
});

describe('trailers of an answer', () => {
  const answer = 'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n';

  test('are announced where the origin announces them', async () => {
    const { response } = await through(get('/'), answer);
    expect(valuesOf(response, 'Trailer')).toEqual(['X-Sum']);
    expect(response).toMatch(/\r\n0\r\nX-Sum: 7\r\n\r\n$/);
  });

  test('are not announced to a client of HTTP/1.0, nor after a HEAD', async () => {
    const old = await through('GET / HTTP/1.0\r\n\r\n', answer);
    expect(linesOf(old.response).join()).not.toContain('Trailer');
    expect(old.response).toMatch(/\r\n\r\nok$/);
    const head = await through(get('/').replace('GET', 'HEAD'), answer.slice(0, answer.indexOf('2\r\nok')));
    expect(head.response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(linesOf(head.response).join()).not.toContain('X-Sum');
  });
});

test('`Content-Length: 0` stays where it came, whatever the method', async () => {
  const empty = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  for (const method of ['POST', 'PUT', 'PATCH', 'GET', 'DELETE']) {
    const { request, response } = await through(get('/', 'Content-Length: 0').replace('GET', method), empty);
    expect(valuesOf(request, 'Content-Length')).toEqual(['0']);
    expect(valuesOf(response, 'Content-Length')).toEqual(['0']);
  }
});

describe('a kept connection that the origin closes as the next request arrives', () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

  /** An origin that answers one request on each connection, and meets the second with silence and a close, as one does that was about to close. */
  const once = () => {
    const used = new WeakSet<object>();
    return (socket: Parameters<Parameters<typeof startByteOrigin>[0]>[0]) => {
      if (used.has(socket)) socket.resetAndDestroy();
      else socket.write(ok);
      used.add(socket);
    };
  };

  test('costs no attempt: the request leaves once more, on a new one', async () => {
    const { road } = await over(once());
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    for (let i = 1; i <= 8; i++) {
      client.send(ask('/'));
      await client.until(new RegExp(`(?:[\\s\\S]*?200 OK[\\s\\S]*?ok){${i}}`));
    }
    expect(statusesIn(client.received)).toEqual(Array(8).fill(200));
    await until(() => road.records().length === 8, road.records);
    for (const { attempts } of road.records()) expect(attempts.map(({ result }) => result)).toEqual(['200']);
  });

  test('is a failure for a POST, which the origin may have acted on', async () => {
    const { road, origins } = await over(once());
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(ask('/'));
    await client.until(/ok$/);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    await client.until(/ 502 /);
    expect(origins[0]?.received().match(/POST/g)).toHaveLength(1);
  });

  test('is a failure where the connection is new', async () => {
    const { road, origins } = await over((socket) => socket.destroy(), { retries: 0 });
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 502 /);
    expect(origins[0]?.connections()).toBe(1);
  });
});

describe('an answer that has no body is told without the length of one (RFC 9110 §8.6)', () => {
  test.each(['204 No Content', '103 Early Hints'])('%s', async (status) => {
    const end = status.startsWith('1') ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' : '';
    const { response } = await through(get('/'), `HTTP/1.1 ${status}\r\nX: y\r\nContent-Length: 5\r\n\r\n${end}`);
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    expect(valuesOf(response, 'X')).toEqual(['y']);
    expect(valuesOf(response, 'Content-Length')).toEqual([]);
  });
});

test('a flood of 100s comes to an end, though none is passed on', async () => {
  const { response } = await through(
    get('/'),
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(statusesIn(response)).toEqual([502]);
});

test('chunks of a byte with long extensions come to an end (CVE-2023-39326)', async () => {
  const chunk = `1;${'x'.repeat(1000)}\r\ny\r\n`;
  const { response } = await through(get('/'), `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(100)}0\r\n\r\n`);
  expect(response).not.toMatch(/\r\n0\r\n\r\n$/);
});

test('many small chunks, each with a short extension, are no flood', async () => {
  const { response } = await through(
    get('/'),
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1;a=b\r\ny\r\n'.repeat(5000)}0\r\n\r\n`,
  );
  expect(response).toMatch(/\r\n0\r\n\r\n$/);
});
