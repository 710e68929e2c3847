import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { overTls } from '../roads/tls-flags.ts';
import { attack, client, converse, nothing, rows, smuggled, target } from './attacks.ts';
import { ask, statusesIn } from './hostile.ts';

describe('a header with bytes that have no place there is a 400, and nothing behind it is parsed:', () => {
  const fields = ['X: a\rb', 'X: a\r', 'X: a\nY: b', 'X: a\n\nGET /smuggled HTTP/1.1\nHost: a', 'X: a\r\r\n', 'X: a\r\n\rY: b', 'X: a\0b'];
  const controls = ['X\0: a', 'X: a\x01', 'X: \x1b[2J', 'X: a\x7f', 'X: a\vb', 'X: a\bb', 'X\x7f: a', '\x01X: a'];
  const folds = ['X: a\r\n b', 'X: a\r\n\tb', 'X: a\r\n ', ' X: a', '\tX: a'];
  const names = ['X : a', 'X\t: a', 'X', ': a', 'X Y: a', 'X(: a', 'X\xe9: a', '"X": a'];
  test.each(rows([...fields, ...controls, ...folds, ...names], (field) => ask('/first', field) + smuggled))('%s', async (_field, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });

  test.each(
    rows(
      [
        'GET /first HTTP/1.1\nHost: a\n\n',
        'GET /first HTTP/1.1\nHost: a\r\n\r\n',
        'GET /first HTTP/1.1\r\nHost: a\n\r\n',
        'GET /first HTTP/1.1\r\nHost: a\r\n\n',
        'GET /first HTTP/1.1\rHost: a\r\r',
        'GET /first HTTP/1.1\rHost: a\r\n\r\n',
        'GET /first HTTP/1.1\r\n Host: a\r\n\r\n',
        'GET /first HTTP/1.1\r\n\tX: y\r\nHost: a\r\n\r\n',
        ' GET /first HTTP/1.1\r\nHost: a\r\n\r\n',
      ],
      (message) => message + smuggled,
    ),
  )('%s', async (_message, bytes) => {
    expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
  });
});

describe('a request line that is none is a 400, and nothing behind it is parsed:', () => {
  const lines = [
    'GET\t/first\tHTTP/1.1',
    'GET /fi rst HTTP/1.1',
    'GET /fi\trst HTTP/1.1',
    'GET /fi\x01rst HTTP/1.1',
    'GET /fi\0rst HTTP/1.1',
  ];
  const targets = [
    'GET /first\rX HTTP/1.1',
    'GET /caf\xe9 HTTP/1.1',
    'GET first HTTP/1.1',
    'GET @b/first HTTP/1.1',
    'GET http://a\\@b/first HTTP/1.1',
  ];
  const methods = ['G\0ET /first HTTP/1.1', '/first HTTP/1.1'];
  const versions = ['1.9', '1.2', '3.0', '11', '1.1x', '01.1', '1.1 ', '-1.1', '1.01'].map((version) => `GET /first HTTP/${version}`);
  const protocols = ['GET /first http/1.1', 'GET /first HTTPS/1.1', 'GET /first ICE/1.0', 'PRI * HTTP/2.0'];
  test.each(rows([...lines, ...targets, ...methods, ...versions, ...protocols], (line) => `${line}\r\nHost: a\r\n\r\n${smuggled}`))(
    '%s',
    async (_line, bytes) => {
      expect(await attack(bytes)).toEqual({ statuses: [400], whole: [], seen: nothing });
    },
  );

  test.each(rows(['FOO /first HTTP/1.1', 'get /first HTTP/1.1'], (line) => `${line}\r\nHost: a\r\n\r\n${smuggled}`))(
    '%s is one but for its method: a 501',
    async (_line, bytes) => {
      expect(await attack(bytes)).toEqual({ statuses: [501], whole: [], seen: nothing });
    },
  );

  test.each(
    rows(
      ['GET /first HTTP/2.0', 'GET /first HTTP/0.9', 'GET /first', 'DESCRIBE /first RTSP/1.0'],
      (line) => `${line}\r\nHost: a\r\n\r\n${smuggled}`,
    ),
  )('%s, which Node’s parser would take, or a 505', async (_line, bytes) => {
    const { statuses, whole, seen } = await attack(bytes);
    expect([[400], [505]]).toContainEqual(statuses);
    expect(whole).toEqual([]);
    expect(seen).not.toContain('/smuggled');
  });

  test('a TLS handshake, which has no answer unless it comes over TLS', async () => {
    const bytes = `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${smuggled}`;
    expect(await attack(bytes)).toEqual({ statuses: overTls ? [400] : [], whole: [], seen: nothing });
  });
});

describe('a request whose host is in doubt is a 400, and nothing behind it is parsed:', () => {
  test.each([
    ['two hosts', 'GET /first HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['the same host twice', 'GET /first HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: a\r\n\r\n'],
    ['no host', 'GET /first HTTP/1.1\r\n\r\n'],
    ['no host but in the target', 'GET http://a/first HTTP/1.1\r\n\r\n'],
    ['another host in the target', 'GET http://b/first HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a user in the target', 'GET http://a@b/first HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['another protocol in the target', 'GET ftp://a/first HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['* that is not for OPTIONS', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('%s', async (_what, message) => {
    const { statuses, whole, seen } = await attack(message + smuggled);
    expect(statuses).toEqual([400]);
    expect(whole).toEqual([]);
    expect(seen).not.toContain('/smuggled');
  });

  test.each(
    rows(
      [
        'a b',
        'a/b',
        'b@a',
        'a, b',
        'a?b',
        'a#b',
        'a\\b',
        'a:x',
        'a.test,b.test',
        'a;b',
        'a:99999',
        'a:65536',
        '[::1',
        '[:::]',
        '[1.2.3.4]',
      ],
      (host) => `GET /first HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    ),
  )('a host of %s (RFC 9112 §3.2)', async (_host, bytes) => {
    const { server, damage } = await target();
    const attacker = await client(server);
    const { statuses, whole } = await damage(await attacker.send(bytes).until(/\r\n\r\n/));
    expect(statuses).toEqual([400]);
    expect(whole).toEqual([]);
  });
});

test('a target that looks like a host is a path, and goes to the origin as every other', async () => {
  expect(await converse('GET //host/path HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ statuses: [200], whole: ['//host/path'] });
});

test.each(['b:443', '/first', '127.0.0.1:22'])('CONNECT %s is a 501, and nothing behind it is parsed', async (authority) => {
  const bytes = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n${smuggled}`;
  expect(await attack(bytes)).toEqual({ statuses: [501], whole: [], seen: nothing });
});

test('OPTIONS * is answered by the balancer, and no origin sees it', async () => {
  expect(await converse('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', /\r\n\r\n/)).toMatchObject({ statuses: [204], whole: [] });
});

describe('what comes behind the last request of a connection', () => {
  const last: [string, string][] = [
    ['Connection: close', ask('/first', 'Connection: close') + smuggled],
    ['HTTP/1.0', `GET /first HTTP/1.0\r\nHost: a\r\n\r\n${smuggled}`],
    ['a bad message', `${ask('/first')}GET / HTTP/1.1\r\nX : y\r\n\r\n${smuggled}`],
    ['a byte that can’t begin a request', `${ask('/first')}\0${smuggled}`],
  ];

  test.each(last)('is never parsed: %s', async (_what, bytes) => {
    const { whole, seen } = await attack(bytes);
    expect(seen).toEqual(new Set(['/first']));
    expect(whole.length).toBeLessThanOrEqual(1);
  });

  test.each(last)('does not cost that request its answer: %s', async (_what, bytes) => {
    expect((await attack(bytes)).statuses[0]).toBe(200);
  });

  test('is told 400 where it is bad, once the request before it is answered', async () => {
    const { server, damage } = await target();
    const attacker = await client(server);
    await attacker.send(ask('/first')).until(/ok/);
    const { statuses, seen } = await damage(await attacker.send(`\0${smuggled}`).end());
    expect(statuses).toEqual([200, 400]);
    expect(seen).toEqual(new Set(['/first']));
  });
});

test('a refused request is told so also when its body is still coming, and its client reads only then', async () => {
  const { server, damage } = await target();
  const attacker = (await client(server)).deafen();
  attacker.send('POST /first HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 1000000\r\n\r\n');
  await damage('');
  for (let i = 0; i < 10; i++) {
    attacker.send('x'.repeat(10_000));
    await setImmediate();
  }
  expect(statusesIn(await attacker.listen().end())).toEqual([400]);
});
