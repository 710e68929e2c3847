import { describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { roadOver } from '../road.ts';
import { onTheWire } from '../wire.ts';
import { get, linesOf, startByteOrigin, through, valuesOf } from './through.ts';

const bodyOf = (message: string) => message.slice(message.indexOf('\r\n\r\n') + 4);
const firstLineOf = (message: string) => message.split('\r\n', 1)[0];

describe('the request line', () => {
  test.each(['/a%2Fb', '//host/path', '/a/../b/./c', '/a;b=c', '/?', '/?a=%00&b=[]', '/a#b', '/%zz', '/"<>\\^`{|}'])(
    'keeps %s byte for byte',
    async (target) => {
      expect(firstLineOf((await through(get(target))).request)).toBe(`GET ${target} HTTP/1.1`);
    },
  );

  test.each([
    ['http://shop.example/x?y', '/x?y'],
    ['HTTP://SHOP.example', '/'],
    ['http://shop.example?y', '/?y'],
  ])('turns the absolute %s into %s, for the host that Host names', async (target, path) => {
    expect(firstLineOf((await through(get(target))).request)).toBe(`GET ${path} HTTP/1.1`);
  });

  test('must be of ASCII (RFC 3986 §2)', async () => {
    const { request, response } = await through(get('/caf\xe9'));
    expect(firstLineOf(response)).toBe('HTTP/1.1 400 Bad Request');
    expect(request).toBe('');
  });

  test('refuses an absolute target that names another host', async () => {
    const { request, response } = await through(get('http://other.example/x'));
    expect(firstLineOf(response)).toBe('HTTP/1.1 400 Bad Request');
    expect(request).toBe('');
  });

  test.each(['PROPFIND', 'PURGE', 'TRACE', 'LINK'])('keeps the method %s', async (method) => {
    const { request } = await through(get('/').replace('GET', method));
    expect(firstLineOf(request)).toBe(`${method} / HTTP/1.1`);
  });
});

describe('a request body', () => {
  const withLength = (method: string, body: string, ...fields: string[]) =>
    [`${method} / HTTP/1.1`, 'Host: a', 'Connection: close', `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n');

  test.each(['POST', 'PUT', 'PATCH', 'GET', 'DELETE', 'OPTIONS'])('of known length goes with %s', async (method) => {
    const { request } = await through(withLength(method, 'hello'));
    expect(bodyOf(request)).toBe('hello');
    expect(valuesOf(request, 'Content-Length')).toEqual(['5']);
  });

  test('that is empty stays one: Content-Length: 0 on POST', async () => {
    expect(valuesOf((await through(withLength('POST', ''))).request, 'Content-Length')).toEqual(['0']);
  });

  test('that is missing gets no framing', async () => {
    expect((await through(get('/'))).request).not.toMatch(/content-length|transfer-encoding/i);
  });

  test('in chunks goes in chunks, and its connection is used again', async () => {
    const origin = await startByteOrigin((socket, request) => {
      if (request.endsWith('0\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const road = roadOver([originAt(origin.port)]);
    const chunked = (connection: string) =>
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`;
    await onTheWire(road.server, chunked('keep-alive'), /ok$/, chunked('close'));
    expect(origin.received()).not.toMatch(/content-length/i);
    expect(origin.received().match(/Transfer-Encoding: chunked/g)).toHaveLength(2);
    expect(origin.connections()).toBe(1);
    await origin.close();
    await road.close();
  });

  test('is asked for with 100 Continue by the balancer, and Expect does not travel on (RFC 9110 §10.1.1)', async () => {
    const origin = await startByteOrigin((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const road = roadOver([originAt(origin.port)]);
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n';
    const response = await onTheWire(road.server, head, /^HTTP\/1\.1 100 Continue\r\n\r\n$/, 'body');
    expect(response).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(origin.received()).not.toMatch(/expect/i);
    expect(bodyOf(origin.received())).toBe('body');
    await origin.close();
    await road.close();
  });
});

describe('a response', () => {
  test('of known length keeps it', async () => {
    const { response } = await through(get('/'), 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    expect(valuesOf(response, 'Content-Length')).toEqual(['5']);
    expect(bodyOf(response)).toBe('hello');
  });

  test('in chunks goes in chunks', async () => {
    const { response } = await through(get('/'), 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    expect(valuesOf(response, 'Transfer-Encoding')).toEqual(['chunked']);
    expect(bodyOf(response)).toBe('3\r\nabc\r\n0\r\n\r\n');
  });

  test('in chunks goes to an HTTP/1.0 client without them', async () => {
    const { response } = await through(
      'GET / HTTP/1.0\r\nHost: a\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    );
    expect(response).not.toMatch(/chunked/i);
    expect(bodyOf(response)).toBe('abc');
  });

  test('that ends with its connection is whole', async () => {
    const origin = await startByteOrigin((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'));
    const road = roadOver([originAt(origin.port)]);
    expect(await onTheWire(road.server, get('/'))).toContain('until the end');
    await origin.close();
    await road.close();
  });

  test('keeps its reason phrase', async () => {
    expect(firstLineOf((await through(get('/'), 'HTTP/1.1 299 Rather Fine\r\nContent-Length: 0\r\n\r\n')).response)).toBe(
      'HTTP/1.1 299 Rather Fine',
    );
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', '1000'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: "x"\r\n\r\n', '1000'],
  ])('to %s without a body keeps the length that it speaks of', async (method, reply, length) => {
    const { response } = await through(get('/').replace('GET', method), reply);
    expect(valuesOf(response, 'Content-Length')).toEqual([length]);
    expect(bodyOf(response)).toBe('');
  });

  test('204 has neither body nor length', async () => {
    const { response } = await through(get('/'), 'HTTP/1.1 204 No Content\r\n\r\n');
    expect(response).not.toMatch(/content-length|transfer-encoding/i);
    expect(bodyOf(response)).toBe('');
  });

  test('brings its trailers to the client, but none that would change the message', async () => {
    const { response } = await through(
      get('/', 'TE: trailers'),
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 42\r\nSet-Cookie: a=1\r\nX-Sum: 43\r\n\r\n',
    );
    expect(bodyOf(response)).toBe('3\r\nabc\r\n0\r\nX-Sum: 42\r\nX-Sum: 43\r\n\r\n');
  });

  test('is preceded by the early hints that the origin sends (RFC 8297)', async () => {
    const { response } = await through(
      get('/'),
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(firstLineOf(response)).toBe('HTTP/1.1 103 Early Hints');
    expect(valuesOf(response, 'Link')).toEqual(['</a.css>; rel=preload', '</b.js>; rel=preload']);
    expect(response).toMatch(/\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/);
  });

  test('comes at once, header and every event, long before it ends', async () => {
    const origin = await startByteOrigin((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
      // The first event is sent only when the client has seen the header, the end only when it has seen the event.
      tell.header = () => socket.write('9\r\ndata: 1\n\n\r\n');
      tell.event = () => socket.end('0\r\n\r\n');
    });
    const tell = { header: () => {}, event: () => {} } as Record<'header' | 'event', () => void>;
    const road = roadOver([originAt(origin.port)]);
    const response = await onTheWire(road.server, get('/'), (seen) => {
      if (seen.endsWith('\r\n\r\n') && !seen.includes('data')) tell.header();
      if (seen.includes('data: 1')) tell.event();
    });
    expect(response).toContain('9\r\ndata: 1\n\n\r\n0\r\n\r\n');
    await origin.close();
    await road.close();
  });

  test.each([
    ['nothing', ''],
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a header that is too large', `HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a coding that would be lost', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['a control byte in a field', 'HTTP/1.1 200 OK\r\nX-Bad: a\0b\r\nContent-Length: 0\r\n\r\n'],
    ['an upgrade that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ])('is a 502 when the origin sends %s', async (_what, reply) => {
    const origin = await startByteOrigin((socket) => socket.end(reply, 'latin1'));
    const road = roadOver([originAt(origin.port)]);
    const response = await onTheWire(road.server, get('/'));
    expect(firstLineOf(response)).toBe('HTTP/1.1 502 Bad Gateway');
    expect(linesOf(response).join()).not.toMatch(/X-Big|X-Bad/);
    await origin.close();
    await road.close();
  });
});
