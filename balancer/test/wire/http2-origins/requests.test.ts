import { afterEach, describe, expect, test } from '@jest/globals';
import { type RoadOptions, roadOver, type TestRoad } from '../../road.ts';
import { until } from '../../until.ts';
import { onTheWire } from '../../wire.ts';
import { Client } from '../hostile.ts';
import { get, linesOf } from '../through.ts';
import { type Arrived, type Http2Origin, startHttp2Origin } from './origin.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A road to one origin of HTTP/2. */
async function roadTo(handler?: (request: Arrived) => void, options: RoadOptions = {}): Promise<{ road: TestRoad; origin: Http2Origin }> {
  const origin = await startHttp2Origin(handler);
  const road = roadOver([origin.origin], options);
  ends.push(origin.close, road.close);
  return { road, origin };
}

const post = (fields: readonly string[], body: string) =>
  ['POST /up HTTP/1.1', 'Host: shop.example', 'Connection: close', ...fields, '', body].join('\r\n');

describe('a request to an origin of HTTP/2', () => {
  test('says in its own words whom it asks and for what, with names in lower case and nothing of a connection', async () => {
    const { road, origin } = await roadTo();
    const response = await onTheWire(
      road.server,
      get(
        '/a?b=%20',
        'X-Case: As Sent',
        'X-Twice: 1',
        'x-twice: 2',
        'Keep-Alive: timeout=5',
        'TE: trailers, deflate',
        'Cookie: a=1; b=2',
        'X-Bytes: \xe9',
      ),
    );
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Transfer-Encoding: chunked[\s\S]*\/a\?b=%20/);
    const { raw = [] } = origin.arrived[0] ?? {};
    expect(raw.slice(0, 8)).toEqual([':method', 'GET', ':scheme', 'http', ':authority', 'shop.example', ':path', '/a?b=%20']);
    const fields = raw.slice(8).join('\n');
    expect(fields).toContain('x-case\nAs Sent\nx-twice\n1\nx-twice\n2\ncookie\na=1; b=2\nx-bytes\n\xe9');
    expect(fields).toContain('te\ntrailers');
    const names = raw.filter((_, i) => i % 2 === 0);
    expect(names.filter((name) => /^(?:host|connection|keep-alive|transfer-encoding)$|[A-Z]/.test(name))).toEqual([]);
  });

  test('of a client of HTTP/1.0 that names no host asks the origin itself', async () => {
    const { road, origin } = await roadTo();
    await onTheWire(road.server, 'GET / HTTP/1.0\r\n\r\n');
    expect(origin.arrived[0]?.raw).toEqual(expect.arrayContaining([':authority', origin.origin.url.host]));
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY'])(
    'of the method %s arrives with and without a body',
    async (method) => {
      const { road, origin } = await roadTo();
      for (const body of ['', 'hello']) {
        const length = body === '' ? [] : [`Content-Length: ${body.length}`];
        const response = await onTheWire(
          road.server,
          [`${method} /m HTTP/1.1`, 'Host: a', 'Connection: close', ...length, '', body].join('\r\n'),
        );
        expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        const { raw, body: came } = origin.arrived.at(-1) as Arrived;
        expect(raw[1]).toBe(method);
        // Node's own server reads none of a HEAD.
        if (method !== 'HEAD') expect(await came).toBe(body);
        expect(raw.includes('content-length')).toBe(body !== '');
      }
    },
  );

  test('has its body in chunks, short or long, arrive without chunks and with its trailers', async () => {
    const { road, origin } = await roadTo();
    for (const size of [0, 5, 300_000]) {
      const chunk = size === 0 ? '' : `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;
      await onTheWire(
        road.server,
        post(['Transfer-Encoding: chunked', 'Trailer: X-Sum'], `${chunk}0\r\nX-Sum: 7\r\nX-Sum: 8\r\nHost: evil\r\n\r\n`),
      );
      const { raw, body, trailers } = origin.arrived.at(-1) as Arrived;
      expect((await body).length).toBe(size);
      expect(await trailers).toEqual(['x-sum', '7', 'x-sum', '8']);
      expect(raw).toEqual(expect.arrayContaining(['trailer', 'X-Sum']));
      expect(raw).not.toContain('transfer-encoding');
    }
  });

  test('with a long body of a known length arrives whole', async () => {
    const { road, origin } = await roadTo();
    await onTheWire(road.server, post(['Content-Length: 1000000'], 'y'.repeat(1_000_000)));
    expect((await (origin.arrived[0] as Arrived).body).length).toBe(1_000_000);
  });

  test('is ended by RST_STREAM where its client leaves, and others on that connection go on', async () => {
    const left = Promise.withResolvers<number>();
    const { road, origin } = await roadTo((request) => {
      const { stream } = request;
      if (request.path !== '/slow') {
        stream.respond({ ':status': 200 });
        stream.end('well');
      } else stream.on('close', () => left.resolve(stream.rstCode));
    });
    const client = await Client.to(road.server);
    client.send(get('/slow'));
    while (origin.arrived.length === 0) await new Promise(setImmediate);
    client.leave();
    expect(await left.promise).toBe(8);
    expect(await onTheWire(road.server, get('/'))).toMatch(/well/);
    if (road.threads === 1) expect(origin.sessions).toHaveLength(1);
  });

  test('whose client breaks off in a long body is never taken for whole', async () => {
    const ended = Promise.withResolvers<string>();
    const { road } = await roadTo(({ stream, body }) => {
      void body.then(() => ended.resolve(stream.aborted ? 'aborted' : 'whole'));
      stream.on('aborted', () => ended.resolve('aborted'));
    });
    const client = await Client.to(road.server);
    client.send(post(['Transfer-Encoding: chunked'], `${(200_000).toString(16)}\r\n${'x'.repeat(200_000)}\r\n`));
    await new Promise((soon) => setTimeout(soon, 100));
    client.leave();
    expect(await ended.promise).toBe('aborted');
  });
});

describe('an answer of an origin of HTTP/2', () => {
  test('comes with its fields, and what it has behind its body, to a client of HTTP/1.1', async () => {
    const { road } = await roadTo(({ stream }) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'set-cookie': ['a=1', 'b=2'], trailer: 'grpc-status' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
      stream.end('body');
    });
    const response = await onTheWire(road.server, get('/'));
    expect(linesOf(response)).toEqual(
      expect.arrayContaining([
        'content-type: application/grpc',
        'set-cookie: a=1',
        'set-cookie: b=2',
        'trailer: grpc-status',
        'Transfer-Encoding: chunked',
      ]),
    );
    expect(response).toMatch(/\r\n\r\n4\r\nbody\r\n0\r\ngrpc-status: 0\r\ngrpc-message: fine\r\n\r\n$/);
  });

  test('of nothing but a header has no body', async () => {
    const { road } = await roadTo(({ stream }) => stream.respond({ ':status': 200, 'grpc-status': '5' }, { endStream: true }));
    expect(await onTheWire(road.server, get('/'))).toMatch(/\r\ngrpc-status: 5\r\n[\s\S]*\r\n\r\n0\r\n\r\n$/);
  });

  test.each([204, 304])('of status %d has none, and may say how long it would be', async (status) => {
    const { road } = await roadTo(({ stream }) =>
      stream.respond({ ':status': status, ...(status === 304 ? { 'content-length': '5' } : {}), etag: '"1"' }, { endStream: true }),
    );
    expect(await onTheWire(road.server, get('/'))).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*etag: "1"[\\s\\S]*\\r\\n\\r\\n$`));
  });

  test('to HEAD tells how long a body would be', async () => {
    const { road } = await roadTo(({ stream }) => stream.respond({ ':status': 200, 'content-length': '5' }, { endStream: true }));
    const response = await onTheWire(road.server, 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 5\r\n[\s\S]*\r\n\r\n$/);
  });

  test('comes with early hints before it', async () => {
    const { road } = await roadTo(({ stream }) => {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload' });
      stream.respond({ ':status': 200, 'content-length': '2' });
      stream.end('ok');
    });
    expect(await onTheWire(road.server, get('/'))).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\n[\s\S]*\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/,
    );
  });

  test('waits for a slow client, while others get theirs on the same connection', async () => {
    let sent = 0;
    const { road, origin } = await roadTo(({ stream, path }) => {
      stream.respond({ ':status': 200 });
      if (path !== '/long') {
        stream.end('quick');
        return;
      }
      const more = () => {
        while (sent < 50_000_000 && stream.write('z'.repeat(16_384))) sent += 16_384;
      };
      stream.on('drain', more);
      more();
    });
    const slow = await Client.to(road.server);
    ends.push(() => slow.leave());
    slow.send(get('/long'));
    await slow.until(/zzz/);
    slow.deafen();
    let before = -1;
    while (sent !== before) {
      before = sent;
      await new Promise((soon) => setTimeout(soon, 200));
    }
    expect(sent).toBeLessThan(20_000_000);
    expect(await onTheWire(road.server, get('/'))).toMatch(/quick/);
    if (road.threads === 1) expect(origin.sessions).toHaveLength(1);
  });

  test('comes whole to a client that stops reading now and then', async () => {
    const size = 20_000_000;
    const { road } = await roadTo(({ stream }) => {
      stream.respond({ ':status': 200, 'content-length': String(size) });
      stream.end(Buffer.alloc(size, 'z'));
    });
    const client = await Client.to(road.server);
    client.send(get('/'));
    for (let i = 1; i <= 5; i++) {
      await until(
        () => client.received.length > i * 100_000,
        () => client.received.length,
      );
      client.deafen();
      await new Promise((soon) => setTimeout(soon, 50));
      client.listen();
    }
    const response = await client.end();
    expect(response.length - response.indexOf('\r\n\r\n') - 4).toBe(size);
  });

  test('that is given before the request is whole goes to the client at once, and the rest of the request to the origin', async () => {
    const { road, origin } = await roadTo(({ stream }) => {
      stream.respond({ ':status': 200, 'content-length': '5' });
      stream.end('early');
    });
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(['POST /up HTTP/1.1', 'Host: a', 'Content-Length: 200000', '', 'x'.repeat(100_000)].join('\r\n'));
    await client.until(/early$/);
    client.send('x'.repeat(100_000));
    expect((await (origin.arrived[0] as Arrived).body).length).toBe(200_000);
    client.send(get('/next'));
    await client.until(/early[\s\S]*early$/);
  });
});
