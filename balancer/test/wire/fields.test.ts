import { describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { describeInPlain, roadOver } from '../road.ts';
import { onTheWire } from '../wire.ts';
import { get, linesOf, startByteOrigin, through, valuesOf } from './through.ts';

const ok = (...fields: string[]) => ['HTTP/1.1 200 OK', 'Content-Length: 2', ...fields, '', 'ok'].join('\r\n');

describe('hop-by-hop fields', () => {
  test.each([
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eA==',
    'Proxy-Authenticate: Basic',
    'TE: gzip',
    'Trailer: X-Sum',
    'Upgrade: h2c',
  ])('never reach the origin: %s', async (field) => {
    const { request } = await through(get('/', field, 'X-Own: kept'));
    expect(linesOf(request)).not.toContain(field);
    expect(linesOf(request)).toContain('X-Own: kept');
  });

  test.each(['Keep-Alive: timeout=77', 'Proxy-Connection: close', 'Proxy-Authenticate: Basic', 'Trailer: X-Sum', 'Upgrade: h2c'])(
    'never reach the client: %s',
    async (field) => {
      const { response } = await through(get('/'), ok(field, 'X-Own: kept'));
      expect(linesOf(response)).not.toContain(field);
      expect(linesOf(response)).toContain('X-Own: kept');
    },
  );

  test('are also those that Connection names, whatever their case, in both directions', async () => {
    const { request, response } = await through(
      get('/', 'Connection: X-One , x-two', 'X-One: 1', 'X-TWO: 2', 'X-Three: 3'),
      ok('Connection: x-four', 'Connection: keep-alive,X-Five', 'X-Four: 4', 'x-five: 5', 'X-Six: 6'),
    );
    expect(linesOf(request).filter((line) => /^x-(one|two|three)/i.test(line))).toEqual(['X-Three: 3']);
    expect(linesOf(response).filter((line) => /^x-(four|five|six)/i.test(line))).toEqual(['X-Six: 6']);
  });

  test('are kept apart: the client’s close does not close the origin’s connection, nor the other way round', async () => {
    const { request, response } = await through(get('/'), ok('Connection: close'));
    expect(request).not.toMatch(/^connection:/im);
    expect(valuesOf(response, 'Connection')).toEqual(['close']);
  });

  test('leave TE: trailers, which the balancer can handle', async () => {
    const { request } = await through(get('/', 'TE: deflate, trailers;q=0.5'));
    expect(valuesOf(request, 'TE')).toEqual(['trailers']);
  });
});

describe('other fields', () => {
  test('stay as they were sent: separate, in order, in their own case', async () => {
    const fields = ['aCCept: a', 'X-Two: 1', 'Cookie: a=1', 'X-Two: 2', 'Cookie: b=2', 'X-Byte: \xe9\xff'];
    const answered = ['set-cookie: b=2', 'ETag: "x"', 'set-cookie: a=1', 'X-Byte: \xe9\xff', 'Date: Thu, 01 Jan 1970 00:00:00 GMT'];
    const { request, response } = await through(get('/', ...fields), ok(...answered));
    expect(linesOf(request).filter((line) => fields.includes(line))).toEqual(fields);
    expect(linesOf(response).filter((line) => answered.includes(line))).toEqual(answered);
  });

  test('include the Host that the client sent, as it is written there, and where it stands', async () => {
    const { request } = await through('GET / HTTP/1.1\r\nX-First: 1\r\nhOsT: shop.example\r\nConnection: close\r\nX-Last: 2\r\n\r\n');
    expect(linesOf(request).slice(0, 3)).toEqual(['X-First: 1', 'hOsT: shop.example', 'X-Last: 2']);
  });

  test('include a Host where a client of HTTP/1.0 sent none: the origin’s own', async () => {
    const { request } = await through('GET / HTTP/1.0\r\n\r\n');
    expect(valuesOf(request, 'Host')).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  });

  test('include Host even where Connection names it, or the origin would take its own name for it', async () => {
    const { request } = await through(get('/', 'Connection: Host'));
    expect(valuesOf(request, 'Host')).toEqual(['shop.example']);
  });

  test('include the origin’s Date, once; where it sent none the balancer adds one (RFC 9110 §6.6.1)', async () => {
    const given = await through(get('/'), ok('date: Thu, 01 Jan 1970 00:00:00 GMT'));
    expect(linesOf(given.response).filter((line) => /^date:/i.test(line))).toEqual(['date: Thu, 01 Jan 1970 00:00:00 GMT']);
    const none = await through(get('/'));
    expect(valuesOf(none.response, 'Date')).toHaveLength(1);
  });
});

describe('bytes above ASCII in a response stay as they are', () => {
  // UTF-8, Latin-1, and bytes that are neither.
  const names = ['отчёт.pdf', 'Müller.pdf'].map((name) => Buffer.from(name).toString('latin1'));
  const values = [...names, 'M\xfcller.pdf', '\x80\xff'].map((name) => `attachment; filename="${name}"`);
  const framings = [
    ['behind the length', (field: string) => `Content-Length: 2\r\n${field}\r\n\r\nok`],
    ['before the length', (field: string) => `${field}\r\nContent-Length: 2\r\n\r\nok`],
    ['of an empty body', (field: string) => `Content-Length: 0\r\n${field}\r\n\r\n`],
    ['of chunks', (field: string) => `Transfer-Encoding: chunked\r\n${field}\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['of chunks, twice', (field: string) => `${field}\r\nTransfer-Encoding: chunked\r\n${field}\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['of an answer that ends with its connection', (field: string) => `${field}\r\n\r\nok`],
  ] as const;

  for (const name of ['Content-Disposition', 'content-disposition', 'X-Name']) {
    test.each(framings)(`${name} %s`, async (_where, answer) => {
      for (const value of values) {
        const origin = await startByteOrigin((socket) => void socket.end(`HTTP/1.1 200 OK\r\n${answer(`${name}: ${value}`)}`, 'latin1'));
        const road = roadOver([originAt(origin.port)]);
        expect(new Set(valuesOf(await onTheWire(road.server, get('/')), name))).toEqual(new Set([value]));
        await origin.close();
        await road.close();
      }
    });
  }

  test('where the header comes long before the body', async () => {
    const origin = await startByteOrigin((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nX-Name: ${values[0]}\r\nContent-Length: 2\r\n\r\n`, 'latin1');
      goOn = () => socket.write('ok');
    });
    let goOn = () => true;
    const road = roadOver([originAt(origin.port)]);
    const response = await onTheWire(road.server, get('/'), (seen) => {
      if (seen.endsWith('\r\n\r\n')) goOn();
    });
    expect(valuesOf(response, 'X-Name')).toEqual([values[0]]);
    await origin.close();
    await road.close();
  });

  test.each([
    ['103', 'HTTP/1.1 103 Early Hints\r\nLink: FIELD\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['204', 'HTTP/1.1 204 No Content\r\nLink: FIELD\r\n\r\n'],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nLink: FIELD\r\n\r\n'],
    ['trailers', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nLink: FIELD\r\n\r\n'],
  ])('in %s', async (_which, reply) => {
    for (const value of values) expect((await through(get('/'), reply.replace('FIELD', value))).response).toContain(`Link: ${value}\r\n`);
  });
});

describeInPlain('it is told of https, which tls-port.test.ts has')('what the origin is told about the client', () => {
  test('is set by the balancer', async () => {
    const { request } = await through(get('/'));
    expect(valuesOf(request, 'X-Forwarded-For')).toEqual(['127.0.0.1']);
    expect(valuesOf(request, 'X-Forwarded-Proto')).toEqual(['http']);
    expect(valuesOf(request, 'X-Forwarded-Host')).toEqual(['shop.example']);
    expect(valuesOf(request, 'X-Forwarded-Port')[0]).toMatch(/^\d+$/);
    expect(valuesOf(request, 'Forwarded')).toEqual(['for=127.0.0.1;host="shop.example";proto=http']);
    expect(valuesOf(request, 'X-Request-Id')[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  const trusted = [{ address: '127.0.0.0', prefix: 8 }];
  const claims = [
    'X-Forwarded-For: 6.6.6.6',
    'x-forwarded-for: 7.7.7.7',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: bank.example',
    'X-Forwarded-Port: 443',
    'Forwarded: for=6.6.6.6',
    'X-Request-Id: forged',
  ];

  test('is not what a client claims', async () => {
    const { request } = await through(get('/', ...claims));
    expect(linesOf(request).filter((line) => claims.includes(line))).toEqual([]);
    expect(request).not.toMatch(/6\.6\.6\.6|7\.7\.7\.7|https|bank|forged/);
    expect(valuesOf(request, 'X-Forwarded-For')).toEqual(['127.0.0.1']);
  });

  test('is what a trusted proxy says in the fields that it sets, and the proxy', async () => {
    const flags = ['--trusted-fields=X-Forwarded-For,X-Forwarded-Proto,X-Forwarded-Host,x-forwarded-port,X-Request-Id,X-Forwarded-Prefix'];
    const { request } = await through(get('/', ...claims, 'X-Forwarded-Prefix: /shop'), undefined, { trusted, flags });
    expect(linesOf(request)).toContain('x-forwarded-prefix: /shop');
    expect(valuesOf(request, 'X-Forwarded-For')).toEqual(['6.6.6.6, 7.7.7.7, 127.0.0.1']);
    expect(valuesOf(request, 'X-Forwarded-Proto')).toEqual(['https']);
    expect(valuesOf(request, 'X-Forwarded-Host')).toEqual(['bank.example']);
    expect(valuesOf(request, 'X-Forwarded-Port')).toEqual(['443']);
    expect(valuesOf(request, 'Forwarded')).toEqual([
      'for=6.6.6.6, for=7.7.7.7;host="bank.example";proto=https, for=127.0.0.1;host="shop.example";proto=http',
    ]);
    expect(valuesOf(request, 'X-Request-Id')).toEqual(['forged']);
  });

  test('is not what the client of a trusted proxy may have made up: only what that is said to set itself', async () => {
    const origin = await startByteOrigin((socket) => socket.write(ok()));
    const road = roadOver([originAt(origin.port)], { trusted });
    await onTheWire(road.server, get('/', ...claims));
    await onTheWire(road.server, get('/', ...claims));
    const [request = ''] = origin.received().split(/(?=GET )/);
    expect(request).not.toMatch(/https|bank/);
    expect(valuesOf(request, 'X-Forwarded-Host')).toEqual(['shop.example']);
    expect(valuesOf(request, 'Forwarded')).toEqual(['for=6.6.6.6, for=7.7.7.7, for=127.0.0.1;host="shop.example";proto=http']);
    const notes = road.notes().filter((note) => note.includes('--trusted-fields'));
    await origin.close();
    await road.close();
    // Once in each thread that has met them.
    expect(notes.length).toBeLessThanOrEqual(2 * road.threads);
    expect(new Set(notes.map((note) => /X-Forwarded-\w+/.exec(note)?.[0]))).toEqual(new Set(['X-Forwarded-Proto', 'X-Forwarded-Host']));
  });

  test.each([
    ...['X_Forwarded_For', 'X-Forwarded_For', 'x_forwarded-for', 'X_Forwarded_Proto', 'X-Forwarded_Host', 'X.Forwarded.Port'],
    ...['X_Request_Id', 'X-Request_Id', 'X_Real_IP', 'X-Real-IP', 'X-Forwarded-Ssl', 'X-Forwarded-Scheme', 'X_Forwarded_Prefix'],
    ...['Proxy', 'proxy', 'Content_Length', 'Transfer_Encoding', 'Content.Type'],
  ])('is not what a server that takes all signs in a name for one would read in %s', async (name) => {
    for (const options of [{}, { trusted }]) {
      const { request } = await through(get('/', `${name}: forged`, 'X_Own: kept'), undefined, options);
      expect(request).not.toContain('forged');
      expect(linesOf(request)).toContain('X_Own: kept');
    }
  });

  test('has a new request id where a trusted proxy’s is none that can be logged', async () => {
    const { request } = await through(get('/', 'X-Request-Id: has a space'), undefined, { trusted });
    expect(valuesOf(request, 'X-Request-Id')[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('Via names the balancer to clients, and to origins no more than it must: nginx sends nothing compressed to who names a Via', async () => {
  const { request, response } = await through(get('/', 'Via: 1.0 first'), ok('Via: 1.1 inner'));
  expect(valuesOf(request, 'Via')).toEqual(['1.0 first']);
  expect(valuesOf(response, 'Via')).toEqual(['1.1 inner', '1.1 balancer']);
});

test('Via names the balancer both ways with --via on, after those before it (RFC 9110 §7.6.3)', async () => {
  const { request, response } = await through(get('/', 'Via: 1.0 first'), ok('Via: 1.1 inner'), { flags: ['--via=on'] });
  expect(valuesOf(request, 'Via')).toEqual(['1.0 first', '1.1 balancer']);
  expect(valuesOf(response, 'Via')).toEqual(['1.1 inner', '1.1 balancer']);
});

test('a reason phrase that can’t be passed on is left out, and the answer is not', async () => {
  const { response } = await through(get('/'), 'HTTP/1.1 200 be\x07ll\r\nContent-Length: 2\r\n\r\nok');
  expect(response).toMatch(/^HTTP\/1\.1 200 \r\n[\s\S]*ok$/);
});

test('a reason phrase above ASCII is passed on byte for byte', async () => {
  const { response } = await through(get('/'), 'HTTP/1.1 200 caf\xe9\r\nContent-Length: 2\r\n\r\nok');
  expect(response).toMatch(/^HTTP\/1\.1 200 caf\xe9\r\n[\s\S]*ok$/);
});
