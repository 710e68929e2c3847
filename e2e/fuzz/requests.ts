import { markOf } from './mark.ts';
import { below, oneOf, type Random } from './random.ts';

/** Makes a request for a target; `random` decides what is open. */
type Maker = (target: string, random: Random) => string;

const methods = ['GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'QUERY', 'PURGE', 'FOO', 'get'] as const;

const webSocket =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

const request = (line: string, fields = '', body = '') => `${line} HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}`;

/** Fields that are odd, wrong or dangerous, each in a request that is otherwise as it should be. */
const oddFields = [
  'Expect: 100-continue\r\n',
  'Expect: x\r\n',
  'X-Folded: a\r\n b\r\n\tc\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive, x, host\r\nX: 1\r\n',
  'TE: trailers\r\nTrailer: x\r\n',
  'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n',
  'Host: b\r\n',
  'Content-Length: 0\r\nContent-Length: 0\r\n',
  'Content-Length: +0\r\n',
  'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'X-Forwarded-For: 1.2.3.4:5, [::1]:6, "\r\nForwarded: for="_x;;"\r\n',
  'X-LB-Explain: 1\r\nX-Request-Id: \x80\xff\r\n',
  'Authorization: NTLM TlRMTVNTUAAB\r\n',
  'Cookie: a=b; =; \x01\r\n',
  'Range: bytes=0-0,-1\r\n',
  'Accept: text/event-stream\r\nLast-Event-ID: x\r\n',
  'bad name: x\r\n',
  ': x\r\n',
] as const;

const makers: readonly [Maker, ...Maker[]] = [
  (target, random) => request(`${oneOf(random, methods)} ${target}`),
  (target, random) => request(`${oneOf(random, methods)} ${target}`, oneOf(random, oddFields)),
  (target, random) => request(`${oneOf(random, methods)} ${target}`, 'Content-Length: 5\r\n', 'hello'),
  (target, random) =>
    request(`${oneOf(random, methods)} ${target}`, 'Transfer-Encoding: chunked\r\n', '5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n'),
  (target, random) =>
    request(`${oneOf(random, methods)} ${target}`, 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  (target, random) => request(`POST ${target}`, `Content-Length: ${below(random, 200_000)}\r\n`, 'x'.repeat(below(random, 100_000))),
  (target, random) => request(`POST ${target}`, `Expect: ${oneOf(random, ['100-continue', 'x'])}\r\nContent-Length: 5\r\n`, 'hello'),
  (target) => request(`GET ${target}`, webSocket),
  (target, random) => request(`GET ${target}`, `${webSocket}Content-Length: ${1 + below(random, 3)}\r\n`, oneOf(random, ['', 'x', 'xyz'])),
  (target, random) =>
    request(`GET ${target}`, `${webSocket}Transfer-Encoding: chunked\r\n`, oneOf(random, ['', '1\r\n', '1\r\nx\r\n0\r\n\r\n'])),
  (target, random) => request(`${oneOf(random, methods)} ${target}`, `${webSocket}${oneOf(random, oddFields)}`),
  (target) => request(`CONNECT a:443`, `X-Behind: ${target}\r\n`),
  () => 'CONNECT a HTTP/1.1\r\n\r\n',
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
  (_target, random) => request('OPTIONS *', oneOf(random, ['', webSocket, 'Expect: x\r\n'])),
  (target) => request(`GET http://a.test${target}`),
  (target, random) => request(`GET ${oneOf(random, ['', '*', '//', 'a', '/%', '/\x80', '/../..', '/#', 'http://', 'ftp://a/'])}${target}`),
  (target, random) => `GET ${target} HTTP/1.0\r\n${oneOf(random, ['', 'Connection: keep-alive\r\n'])}\r\n`,
  (target, random) => `GET ${target} ${oneOf(random, ['HTTP/1.1', 'HTTP/2.0', 'RTSP/1.0', 'HTTP/1.2', ''])}\r\nHost: a\r\n\r\n`,
  (target) => `GET ${target}\r\n\r\n`,
  (target, random) => request(`GET ${target}`, `X-Huge: ${'x'.repeat(below(random, 40_000))}\r\n`),
  (target, random) => request(`GET ${target}`, 'X-Many: x\r\n'.repeat(below(random, 200))),
  (target, random) => request(`GET ${target}?${'q'.repeat(below(random, 12_000))}`),
  (target, random) => `GET ${target} HTTP/1.1\r\nHost: ${oneOf(random, ['', 'a,b', 'a:99999', '[::1', 'a b', '\x80'])}\r\n\r\n`,
  (target) => `GET ${target} HTTP/1.1\nHost: a\n\n`,
];

/** The admin side's own addresses; none that sends traffic by itself. */
const adminPaths = [
  ...['/', '/healthz', '/readyz', '/metrics', '/api/status', '/api/events', '/api/decisions?limit=3&status=5xx', '/api/latest-decision'],
  ...['/api/decisions/x', '/api/origins/x/drain', '/api/origins', '/api/policy', '/api/nothing', '/main.ts', '/api/origins/%2f/dial'],
] as const;

/** What a request is for: a target of its own on the public port, one of those that there are on the admin port. */
export function targetFor(port: 'public' | 'admin', name: string, random: Random): string {
  return port === 'public' ? `/${markOf(name)}` : oneOf(random, adminPaths);
}

/** The bytes of up to six requests behind each other, seldom of many, before anything is wrong with them. */
export function requestsFor(port: 'public' | 'admin', name: string, random: Random): Buffer {
  const count = random() < 0.5 ? 1 : 1 + below(random, random() < 0.05 ? 100 : 6);
  const texts = Array.from({ length: count }, (_, number) => oneOf(random, makers)(targetFor(port, `${name}-${number}`, random), random));
  return Buffer.from(texts.join(''), 'latin1');
}
