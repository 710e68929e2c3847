import { afterEach, describe, expect, test } from '@jest/globals';
import { roadOver, testOfOneThread } from '../../road.ts';
import { certificateFile, startOldTlsOrigin, startTlsOrigin } from '../../tls-origin.ts';
import { until } from '../../until.ts';
import { onTheWire } from '../../wire.ts';
import { Client } from '../hostile.ts';
import { get } from '../through.ts';
import { http2OriginAt } from './frames.ts';
import { type Arrived, startHttp2Origin } from './origin.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const ofOneThread = testOfOneThread('each thread has connections of its own');

describe('connections to an origin of HTTP/2:', () => {
  ofOneThread('one carries all requests at a time', async () => {
    const origin = await startHttp2Origin(({ stream }) => setTimeout(() => stream.respond({ ':status': 200 }, { endStream: true }), 50));
    const road = roadOver([origin.origin]);
    ends.push(origin.close, road.close);
    await onTheWire(road.server, get('/'));
    const answers = await Promise.all(Array.from({ length: 40 }, () => onTheWire(road.server, get('/'))));
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200 '))).toHaveLength(40);
    expect(origin.sessions).toHaveLength(1);
  });

  ofOneThread('more are made where the origin takes no more streams on one, and nothing is refused', async () => {
    let [running, most] = [0, 0];
    const held: Arrived[] = [];
    const origin = await startHttp2Origin(
      (request) => {
        running += 1;
        most = Math.max(most, running);
        held.push(request);
      },
      { settings: { maxConcurrentStreams: 3 } },
    );
    const road = roadOver([origin.origin], { retries: 0 });
    ends.push(origin.close, road.close);
    const answers = Array.from({ length: 10 }, () => onTheWire(road.server, get('/')));
    await until(
      () => held.length === 10,
      () => held.length,
    );
    for (const { stream } of held) stream.respond({ ':status': 200 }, { endStream: true });
    expect((await Promise.all(answers)).every((answer) => answer.startsWith('HTTP/1.1 200 '))).toBe(true);
    expect(most).toBe(10);
    expect(origin.sessions).toHaveLength(4);
  });

  test('are closed in order when the balancer is', async () => {
    const origin = await startHttp2Origin();
    const road = roadOver([origin.origin]);
    ends.push(origin.close);
    await onTheWire(road.server, get('/'));
    await road.close();
    await until(
      () => origin.sessions.every(({ destroyed }) => destroyed),
      () => origin.sessions.length,
    );
  });

  test('over TLS are made by ALPN', async () => {
    const tls = await startTlsOrigin();
    const road = roadOver([http2OriginAt(tls.port, 'h2')], { flags: [`--origin-ca=${certificateFile}`] });
    ends.push(tls.close, road.close);
    expect(await onTheWire(road.server, get('/a'))).toMatch(/over 2\.0/);
    expect(tls.requests).toEqual(['2.0 GET /a no name']);
  });

  test('over TLS are none where the origin doesn’t choose HTTP/2', async () => {
    const tls = await startOldTlsOrigin();
    const road = roadOver([http2OriginAt(tls.port, 'h2')], { flags: [`--origin-ca=${certificateFile}`] });
    ends.push(tls.close, road.close);
    expect(await onTheWire(road.server, get('/a'))).toMatch(/^HTTP\/1\.1 502 /);
    expect((await road.record()).attempts[0]?.result).toBe('no HTTP/2 (NO_HTTP2)');
    expect(tls.requests).toEqual([]);
  });

  test('a connection that is refused is told as by HTTP/1.1', async () => {
    const road = roadOver([http2OriginAt(1)]);
    ends.push(road.close);
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 502 /);
    expect((await road.record()).attempts[0]?.result).toBe('ECONNREFUSED');
  });
});

describe('a WebSocket', () => {
  const handshake =
    'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n\r\n';

  test('goes by the extended CONNECT to an origin of HTTP/2 that takes it, both ways until either side ends', async () => {
    const origin = await startHttp2Origin(
      ({ stream }) => {
        stream.respond({ ':status': 200, 'sec-websocket-protocol': 'chat' });
        stream.on('data', (piece: Buffer) => stream.write(piece));
        stream.on('end', () => stream.end());
      },
      { settings: { enableConnectProtocol: true } },
    );
    const road = roadOver([origin.origin]);
    ends.push(origin.close, road.close);
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(handshake);
    await client.until(/^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n[\s\S]*\r\n\r\n$/);
    expect(client.received).toContain('\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
    expect(client.received).toContain('\r\nsec-websocket-protocol: chat\r\n');
    const { raw = [] } = origin.arrived[0] ?? {};
    expect(raw.slice(0, 10)).toEqual([
      ':method',
      'CONNECT',
      ':protocol',
      'websocket',
      ':scheme',
      'http',
      ':authority',
      'a',
      ':path',
      '/chat',
    ]);
    expect(raw).not.toContain('sec-websocket-key');
    await client.send('\x82\x03abc').until(/[^\r\n]{2}abc$/);
    client.finish();
    await client.end();
    await until(
      () => origin.arrived[0]?.stream.closed === true,
      () => 'open',
    );
  });

  test('is a 502 at an origin of HTTP/2 that doesn’t', async () => {
    const origin = await startHttp2Origin();
    const road = roadOver([origin.origin]);
    ends.push(origin.close, road.close);
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    await client.send(handshake).until(/^HTTP\/1\.1 502 /);
    expect((await road.record()).attempts[0]?.result).toBe('no WebSockets over HTTP/2 there');
    expect(origin.arrived).toHaveLength(0);
  });

  test('that an origin of HTTP/2 refuses gets its answer', async () => {
    const origin = await startHttp2Origin(
      ({ stream }) => {
        stream.respond({ ':status': 403, 'content-length': '2' });
        stream.end('no');
      },
      { settings: { enableConnectProtocol: true } },
    );
    const road = roadOver([origin.origin]);
    ends.push(origin.close, road.close);
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    await client.send(handshake).until(/^HTTP\/1\.1 403 [\s\S]*no$/);
  });
});
