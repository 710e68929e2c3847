import { readFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Origin } from '../../src/brain/select/origin.ts';
import { type HealthCheck, httpCheck, tcpCheck } from '../../src/probe/check.ts';
import { grpcCheck } from '../../src/probe/grpc-check.ts';
import { loadProbe } from '../../src/probe/load-probe.ts';
import { originAt, startOrigin } from '../origins.ts';
import { fileOf, identity, startOldTlsOrigin, startTlsOrigin } from '../tls-origin.ts';
import { http2OriginAt } from '../wire/http2-origins/frames.ts';
import { type Arrived, startHttp2Origin } from '../wire/http2-origins/origin.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** `well`, or the reason why not. */
function outcome(check: HealthCheck, origin: Origin, signal = new AbortController().signal): Promise<string> {
  return check.check(origin, signal).then(
    () => 'well',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

async function started(handler: (request: Arrived) => void) {
  const origin = await startHttp2Origin(handler);
  ends.push(origin.close);
  return origin;
}

/** Answers as a server of gRPC does, by a message and a status behind it. */
function answer(stream: ServerHttp2Stream, message: readonly number[], status = '0'): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
}

describe('an origin of HTTP/2 is asked for a path by HTTP/2', () => {
  test.each([
    [200, 'well'],
    [503, 'answered 503'],
  ])('and by %d is %s, whatever comes behind that', async (status, expected) => {
    const { origin, arrived } = await started(({ stream }) => {
      stream.respond({ ':status': status });
      stream.write('and then, for ever …');
    });
    expect(await outcome(httpCheck('/health?deep=1', { host: 'app.example' }), origin)).toBe(expected);
    expect(arrived[0]?.raw).toEqual(expect.arrayContaining([':method', 'GET', ':authority', 'app.example', ':path', '/health?deep=1']));
  });

  test('and is not well where it speaks HTTP/1.1', async () => {
    const old = await startOrigin();
    ends.push(old.close);
    expect(await outcome(httpCheck('/'), http2OriginAt(old.port))).toBe('no HTTP/2');
  });

  test('for as long as is waited', async () => {
    const { origin } = await started(() => {});
    const given = new AbortController();
    setTimeout(() => given.abort(), 100);
    expect(await outcome(httpCheck('/'), origin, given.signal)).not.toBe('well');
  });
});

describe('by gRPC', () => {
  test.each([
    ['SERVING is well', [8, 1], 'well'],
    ['UNKNOWN, which is said by nothing, is not', [], 'says UNKNOWN'],
    ['NOT_SERVING is not', [8, 2], 'says NOT_SERVING'],
    ['a status of tomorrow is not', [8, 9], 'says status 9'],
  ])('%s', async (_what, message, expected) => {
    const { origin, arrived } = await started(({ stream }) => stream.on('end', () => answer(stream, message)));
    expect(await outcome(grpcCheck(''), origin)).toBe(expected);
    expect(arrived[0]?.raw).toEqual(
      expect.arrayContaining([':path', '/grpc.health.v1.Health/Check', 'content-type', 'application/grpc', 'te', 'trailers']),
    );
    expect(await arrived[0]?.body).toBe('\0\0\0\0\0');
  });

  test('a service is asked for by its name', async () => {
    const { origin, arrived } = await started(({ stream }) => stream.on('end', () => answer(stream, [8, 1])));
    expect(await outcome(grpcCheck('shop.v1.Orders'), origin)).toBe('well');
    expect(await arrived[0]?.body).toBe('\0\0\0\0\x10\x0a\x0eshop.v1.Orders');
  });

  test.each([
    ['5', 'it knows no such service (gRPC status 5, NOT_FOUND)'],
    ['12', 'it has no grpc.health.v1.Health (gRPC status 12, UNIMPLEMENTED)'],
    ['13', 'gRPC status 13'],
  ])('an answer of nothing but status %s is a problem', async (status, expected) => {
    const { origin } = await started(({ stream }) => stream.respond({ ':status': 200, 'grpc-status': status }, { endStream: true }));
    expect(await outcome(grpcCheck(''), origin)).toBe(expected);
  });

  test('what is no gRPC is a problem', async () => {
    const { origin } = await started(({ stream }) => stream.respond({ ':status': 404 }, { endStream: true }));
    expect(await outcome(grpcCheck(''), origin)).toBe('answered 404, which is no gRPC');
    expect(await outcome(grpcCheck(''), originAt(1))).toMatch(/^gRPC needs HTTP\/2/);
  });
});

describe('over TLS', () => {
  const handshake = { name: undefined, authorities: { file: '', pem: readFileSync(fileOf('certificate'), 'utf8') }, isChecked: true };

  test('a connection is enough, where the origin chose HTTP/2 for it', async () => {
    const both = await startTlsOrigin();
    const old = await startOldTlsOrigin();
    ends.push(both.close, old.close);
    expect(await outcome(tcpCheck({ handshake }), http2OriginAt(both.port, 'h2'))).toBe('well');
    expect(await outcome(tcpCheck({ handshake }), http2OriginAt(old.port, 'h2'))).toMatch(
      /^(?:NO_HTTP2|ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)$/,
    );
    expect(await outcome(httpCheck('/', { handshake }), http2OriginAt(both.port, 'h2'))).toBe('well');
    expect(both.requests).toEqual(['2.0 GET / no name']);
  });

  test('gRPC is asked so too', async () => {
    const server = createSecureServer(identity);
    server.on('stream', (stream: ServerHttp2Stream) => stream.on('end', () => answer(stream, [8, 1])).resume());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ends.push(() => server.close());
    expect(await outcome(grpcCheck('', { handshake }), http2OriginAt((server.address() as AddressInfo).port, 'h2'))).toBe('well');
  });
});

test('an origin of HTTP/2 is asked for its load by HTTP/2', async () => {
  const { origin } = await started(({ stream }) => {
    stream.respond({ ':status': 200 });
    stream.end('{"inFlight":3,"latencyMs":1.5}');
  });
  expect(await loadProbe('/_origin/load')(origin)).toEqual({ inFlight: 3, latencyMs: 1.5 });
});
