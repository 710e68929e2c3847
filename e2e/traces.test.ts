import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startOrigin, startRawOrigin } from '../balancer/test/origins.ts';
import { type Running, startBalancer } from '../balancer/test/running.ts';
import { seen, until } from '../balancer/test/until.ts';
import { switching } from '../balancer/test/wire/web-sockets.ts';
import type { Program } from './process.ts';

const open: { close(): unknown }[] = [];
const programs: Program[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.end();
  for (const part of open.splice(0)) await part.close();
});

/** A span as the collector got it, with attributes as an object. */
interface Got {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly kind: number;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly status?: { readonly code: number };
}

interface RawSpan extends Omit<Got, 'attributes' | 'events'> {
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events?: readonly { readonly name: string }[];
}

/** A collector that takes everything, or answers as it is told, and what came. */
async function collecting(answer: { status: number } = { status: 200 }) {
  const spans: Got[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { resourceSpans } = JSON.parse(Buffer.concat(pieces).toString());
    if (answer.status === 200) for (const raw of resourceSpans[0].scopeSpans[0].spans as RawSpan[]) spans.push(readable(raw));
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end('{}');
  }).listen(0);
  open.push({ close: () => server.close() });
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const came = async (count: number) => {
    await until(
      () => spans.length >= count,
      () => spans,
    );
    return spans;
  };
  return { url, spans, came, requests: () => requests };
}

function readable({ attributes, events = [], ...span }: RawSpan): Got {
  const plain = Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  return { ...span, attributes: plain, events: events.map(({ name }) => name) };
}

function balancer(url: string, origins: readonly { url: URL }[], ...args: string[]): Promise<Running> {
  const list = origins.map((origin) => origin.url.origin).join(', ');
  return startBalancer([`--otlp=${url}`, `--origins=${list}`, ...args], {}, (program) => void programs.push(program));
}

async function origin(...args: Parameters<typeof startOrigin>) {
  const started = await startOrigin(...args);
  open.push(started);
  return started.origin;
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parent = `00-${traceId}-b7ad6b7169203331-01`;

test.each([1, 2])(
  'an exchange is a span, its attempt another within it, and the origin is told of that, over %d threads',
  async (threads) => {
    const fields: unknown[] = [];
    const answering = await origin((request, response) => {
      fields.push(request.headers['traceparent'], request.headers['tracestate']);
      response.end('hello');
    });
    const collector = await collecting();
    const { port } = await balancer(
      collector.url,
      [answering],
      '--otlp-sample=0%',
      '--trusted-proxies=127.0.0.1',
      `--threads=${threads}`,
      '--log-query=off',
    );
    await (await fetch(`http://127.0.0.1:${port}/a?secret=1`, { headers: { traceparent: parent, tracestate: 'a=1' } })).text();
    const [server, client] = await collector.came(2);
    expect(server).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', traceState: 'a=1', kind: 2, name: 'GET' });
    expect(server?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': '200',
      'url.path': '/a',
      'lb.attempts': '1',
      'lb.recorded_for': 'parent',
    });
    expect(server?.attributes).not.toHaveProperty('url.query');
    expect(client).toMatchObject({
      traceId,
      parentSpanId: server?.spanId,
      kind: 3,
      events: ['lb.picked', 'lb.connected', 'lb.first_byte'],
    });
    expect(client?.attributes).toMatchObject({
      'url.full': `${answering.url.origin}/a`,
      'lb.policy': 'round-robin',
      'lb.origin': answering.id,
    });
    expect(fields).toEqual([`00-${traceId}-${client?.spanId}-01`, 'a=1']);
  },
);

test('what is not recorded passes untouched', async () => {
  const fields: unknown[] = [];
  const answering = await origin((request, response) => {
    fields.push(request.headers['traceparent'], request.headers['tracestate']);
    response.end();
  });
  const collector = await collecting();
  const { port } = await balancer(collector.url, [answering], '--otlp-sample=0%', '--trusted-proxies=none');
  await (await fetch(`http://127.0.0.1:${port}/`, { headers: { traceparent: parent, tracestate: 'a=1' } })).text();
  expect(fields).toEqual([parent, 'a=1']);
  for (const program of programs.splice(0)) await program.end();
  expect(collector.spans).toEqual([]);
});

test('a request that is tried again has a span for each attempt, and says why', async () => {
  const breaking = await startRawOrigin('');
  open.push(breaking);
  const dead = breaking.origin;
  const answering = await origin((_request, response) => response.end());
  const collector = await collecting();
  const { port } = await balancer(collector.url, [dead, answering], '--otlp-sample=0%', '--health-interval=1h', '--policy=first');
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  const spans = await collector.came(3);
  const [server, ...attempts] = spans;
  expect(server).toMatchObject({ kind: 2, events: ['lb.retry'], attributes: { 'lb.recorded_for': 'failure', 'lb.attempts': '2' } });
  expect(server).not.toHaveProperty('status');
  expect(
    attempts.map(({ attributes, status }) => [
      attributes['lb.origin'],
      attributes['error.type'],
      attributes['http.request.resend_count'],
      status?.code,
    ]),
  ).toEqual([
    [dead.id, 'lost', undefined, 2],
    [answering.id, undefined, '1', undefined],
  ]);
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
});

test('a client that leaves is seen to have left', async () => {
  const hanging = await startOrigin(() => {});
  open.push(hanging);
  const collector = await collecting();
  const { port } = await balancer(collector.url, [hanging.origin], '--otlp-sample=100%');
  const leaving = new AbortController();
  const asked = fetch(`http://127.0.0.1:${port}/`, { signal: leaving.signal }).catch(() => {});
  await until(
    () => hanging.requests.length === 1,
    () => hanging.requests.length,
  );
  leaving.abort();
  await asked;
  const [server, client] = await collector.came(2);
  expect(server?.events).toEqual(['lb.client_left']);
  expect(server?.attributes).not.toHaveProperty('http.response.status_code');
  expect(client?.events).toContain('lb.abandoned');
  expect([server?.status, client?.status]).toEqual([undefined, undefined]);
});

test('a WebSocket is a span until it is closed', async () => {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    socket.write(switching);
    socket.on('data', () => socket.end());
    socket.on('error', () => {});
  });
  server.listen(0);
  await once(server, 'listening');
  open.push({ close: () => server.close() });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const collector = await collecting();
  const { port } = await balancer(collector.url, [{ url }], '--otlp-sample=100%');
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  await once(socket, 'data');
  expect(collector.spans).toEqual([]);
  socket.write('bye');
  await once(socket, 'close');
  const [exchange, attempt] = await collector.came(2);
  expect([exchange, attempt].map((span) => span?.attributes['http.response.status_code'])).toEqual(['101', '101']);
});

test('what a collector refuses is lost, which is counted, and said once', async () => {
  const answering = await origin((_request, response) => response.end());
  const collector = await collecting({ status: 400 });
  const { port, admin, program } = await balancer(collector.url, [answering], '--otlp-sample=100%');
  const lost = async () => Number(/^lb_spans_lost_total (\d+)/m.exec(await (await admin('/metrics')).text())?.[1]);
  for (const expected of [2, 4]) {
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await seen(lost, (count) => count === expected);
  }
  expect(collector.requests()).toBe(2);
  expect(
    program.output.match(/traces: spans are lost, since the collector at localhost:\d+ does not take them: it answered 400/g),
  ).toHaveLength(1);
});

test('a collector that never answers holds up neither requests nor a stop', async () => {
  const answering = await origin((_request, response) => response.end());
  const deaf = createServer(() => {}).listen(0);
  await once(deaf, 'listening');
  open.push({
    close: () => {
      deaf.closeAllConnections();
      deaf.close();
    },
  });
  const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  const { port, program } = await balancer(url, [answering], '--otlp-sample=100%');
  for (let n = 0; n < 50; n += 1) expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  program.signal('SIGTERM');
  await program.printed(/stopped\n/);
});

test('an exchange that was traced is an example in OpenMetrics, and the usual text has none', async () => {
  const answering = await origin((_request, response) => response.end());
  const collector = await collecting();
  const { port, admin } = await balancer(collector.url, [answering], '--otlp-sample=100%');
  const id = (await fetch(`http://127.0.0.1:${port}/`, { headers: { traceparent: parent } })).status;
  expect(id).toBe(200);
  const adminUrl = (await admin('/metrics')).url;
  const ask = async (accept: string) => {
    const response = await fetch(adminUrl, { headers: { accept } });
    return { type: response.headers.get('content-type'), text: await response.text() };
  };
  const prometheus =
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
  const modern = await seen(
    () => ask(prometheus),
    ({ text }) => text.includes('trace_id'),
  );
  expect(modern.type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(modern.text).toMatch(
    new RegExp(`^lb_exchange_duration_seconds_bucket\\{le="[\\d.]+"\\} 1 # \\{trace_id="${traceId}",decision_id="[^"]+"\\}`, 'm'),
  );
  const usual = await ask('*/*');
  expect(usual.type).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(usual.text).not.toContain('trace_id');
});
