import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../e2e/process.ts';
import { deadOrigin, startOrigin, type TestOrigin } from './origins.ts';
import { type Running, SharedBalancer, startBalancer } from './running.ts';
import { seen, until } from './until.ts';
import { ask, Client } from './wire/hostile.ts';
import { startByteOrigin } from './wire/through.ts';
import { handshake, switching } from './wire/web-sockets.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function origin(...args: Parameters<typeof startOrigin>): Promise<TestOrigin> {
  const started = await startOrigin(...args);
  ends.push(started.close);
  return started;
}

/** An origin that opens a WebSocket, and what it got over it. */
async function webSocketOrigin() {
  const started = await startByteOrigin((socket) => socket.write(switching));
  ends.push(started.close);
  return started;
}

async function responseOf(port: number): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

async function answer(port: number): Promise<string> {
  return (await responseOf(port)).body;
}

/** Drains an idle origin; resolves once every thread knows. */
async function drained({ admin, origins }: Running, id: string): Promise<void> {
  await admin(`/api/origins/${id}/drain`, 'POST');
  const state = async () => (await origins()).find((each) => each.id === id)?.state;
  while ((await state()) !== 'drained') await pause(5);
}

const goingAway = '\x88\x02\x03\xe9';

describe.each([1, 2])('with --threads %i', (threads) => {
  const balancer = (args: string[], env: Record<string, string> = {}) =>
    startBalancer([`--threads=${threads}`, ...args], env, (program) => ends.push(() => program.end()));
  /** For the tests that leave it running. */
  const shared = new SharedBalancer([`--threads=${threads}`]);
  afterAll(() => shared.end());

  describe('a stop', () => {
    /** A balancer over an origin that opens WebSockets and answers once it is told to; that has one request by now. */
    async function busy(flags: string[], env?: Record<string, string>) {
      const arrived = Promise.withResolvers<() => void>();
      const { origin: only, server } = await origin((req, res) => {
        if (req.url === '/endless') res.write('and then, for ever …');
        else arrived.resolve(() => res.end('late'));
      });
      server.on('upgrade', (_req, socket) => {
        ends.push(() => socket.destroy());
        socket.on('error', () => {}).write(switching);
      });
      const running = await balancer([`--origins=${only.url.origin}`, ...flags], env);
      const late = answer(running.port);
      return { ...running, late, finish: await arrived.promise };
    }

    /** A client's WebSocket. */
    async function webSocket(port: number): Promise<Client> {
      const client = (await Client.to(port)).send(handshake);
      await client.until(/101 Switching Protocols[\s\S]*\r\n\r\n$/);
      return client;
    }

    test('finishes what runs, /readyz being 503 meanwhile, lets a WebSocket that ends in time end by itself, and exits 0', async () => {
      const { late, finish, program, port, admin } = await busy(['--drain-timeout=60s']);
      const client = await webSocket(port);
      expect((await admin('/readyz')).status).toBe(200);
      program.signal('SIGTERM');
      await program.printed(/SIGTERM: stopping/);
      const unready = await admin('/readyz');
      expect([unready.status, await unready.text()]).toEqual([503, 'stopping\n']);
      client.leave();
      finish();
      expect(await late).toBe('late');
      expect(await program.status()).toBe(0);
    });

    test('ends a pause, so that whoever it held back gets an answer', async () => {
      const { origin: only } = await origin((_req, res) => void res.end('held back'));
      const { program, port, admin } = await balancer([`--origins=${only.url.origin}`]);
      await admin('/api/pause', 'POST', { for: '100s' });
      const held = answer(port);
      const status = async () => (await (await admin('/api/status')).json()) as { waiting: number };
      await seen(status, ({ waiting }) => waiting === 1);
      program.signal('SIGTERM');
      expect(await held).toBe('held back');
      expect(await program.status()).toBe(0);
    });

    test('by SIGINT finishes what ends in time, closes WebSockets with 1001 then, cuts the rest a second later, and exits 0', async () => {
      const { late, finish, program, port } = await busy(['--drain-timeout=1s']);
      const client = await webSocket(port);
      const endless = (await Client.to(port)).send(ask('/endless'));
      await endless.until(/for ever/);
      program.signal('SIGINT');
      await program.printed(/SIGINT: stopping/);
      finish();
      expect(await late).toBe('late');
      expect(await client.end()).toMatch(new RegExp(`\r\n\r\n${goingAway}$`));
      await endless.end();
      expect(await program.status()).toBe(0);
      expect(program.output).toContain('connections cut, still busy after 1 s: 1');
    });

    test.each(['throw new Error("bang")', 'Promise.reject(new Error("bang"))'])(
      'after %s outside a request finishes what runs and exits 1',
      async (mistake) => {
        const code = `process.once('SIGUSR2', () => { ${mistake} })`;
        const { late, finish, program } = await busy([], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` });
        program.signal('SIGUSR2');
        await program.printed(/a mistake inside the balancer \((uncaughtException|unhandledRejection)\): Error: bang/);
        finish();
        expect(await late).toBe('late');
        expect(await program.status()).toBe(1);
      },
    );
  });

  test('where no origin answers it answers 502, and logs which were tried and why each failed', async () => {
    const rude = await Promise.all([0, 1].map(() => origin((req) => req.socket.destroy())));
    const { printed, port } = await shared.with({ origins: rude.map(({ origin: { url } }) => url).join() });
    const { status, body } = await responseOf(port);
    expect(status).toBe(502);
    expect(body).not.toContain('connection closed');
    await printed(/→ 127\.0\.0\.1:\d+ connection closed → 127\.0\.0\.1:\d+ connection closed ⇒ 502/);
  });

  test('once it knows that all origins are down it answers 503, and logs why', async () => {
    const down = deadOrigin();
    const { program, port } = await shared.with({ origins: down.url.href });
    await program.printed(new RegExp(`${down.id} is down: 1 of 1 probes failed, ECONNREFUSED`));
    // Threads hear of it a moment after the main one has said it.
    const told = await seen(
      () => responseOf(port),
      ({ status }) => status === 503,
    );
    expect(told.body).toContain('no origin is ready');
  });

  describe('a client that resets its connection', () => {
    test.each([
      ['in a WebSocket’s handshake', handshake],
      ['behind a CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
      ['in a request', ask('/')],
      ['in a header', 'GET / HTTP/1.1\r\n'],
    ])('%s ends nothing but that', async (_when, bytes) => {
      const { origin: silent } = await origin(() => {});
      const { program, port, admin } = await shared.with({ origins: silent.url.origin });
      for (let i = 0; i < 20; i++) {
        const socket = connect(port, '127.0.0.1').on('error', () => {});
        socket.write(bytes);
        await once(socket, 'connect');
        await admin('/healthz');
        socket.resetAndDestroy();
      }
      expect((await admin('/healthz')).status).toBe(200);
      expect(program.output).not.toContain('mistake');
    });
  });

  describe('a drain', () => {
    test('closes the origin’s WebSockets with 1001 once their time is over, and then it is drained', async () => {
      const [first, second] = [await webSocketOrigin(), await webSocketOrigin()];
      const { port, admin, origins } = await shared.with({
        origins: `http://127.0.0.1:${first.port}, http://127.0.0.1:${second.port}`,
        policy: 'first',
        'drain-timeout': '200ms',
      });
      const client = await Client.to(port);
      await client.send(handshake).until(/101 /);
      const draining = await admin(`/api/origins/127.0.0.1:${first.port}/drain`, 'POST');
      expect(await draining.json()).toMatchObject({ state: 'draining', inFlight: 1 });
      expect(await client.end()).toMatch(new RegExp(`${goingAway}$`));
      let [one] = await origins();
      while (one?.state === 'draining') [one] = await origins();
      expect(one?.state).toBe('drained');
      expect(first.received()).toMatch(/\x88\x82[\s\S]{6}$/);
    });

    test('cuts what still runs once its time is over; what may be repeated goes on elsewhere', async () => {
      const arrived = Promise.withResolvers<void>();
      const [hung, other] = [await origin(() => arrived.resolve()), await origin()];
      const { port, admin } = await shared.with({
        origins: `${hung.origin.url.origin}, ${other.origin.url.origin}`,
        policy: 'first',
        'drain-timeout': '100ms',
      });
      const held = answer(port);
      await arrived.promise;
      await admin(`/api/origins/${hung.origin.id}/drain`, 'POST');
      expect(await held).toBe(String(other.port));
    });

    test('lets a request that waited for room go on when its origin is enabled again', async () => {
      const arrived = Promise.withResolvers<() => void>();
      const [idle, busy] = [await origin(), await origin((_req, res) => arrived.resolve(() => res.end('late')))];
      const running = await shared.with({
        origins: `${idle.origin.url.origin}, ${busy.origin.url.origin}`,
        'max-connections': '1',
        'wait-timeout': '1m',
      });
      const { port, admin } = running;
      await drained(running, idle.origin.id);
      const late = answer(port);
      const finish = await arrived.promise;
      const waiting = await Client.to(port);
      waiting.send(ask('/', 'Connection: close'));
      expect(await (await Client.to(port)).send('nonsense\r\n\r\n').end()).toMatch(/^HTTP\/1.1 400 /);
      await admin(`/api/origins/${idle.origin.id}/enable`, 'POST');
      expect(await waiting.end()).toMatch(new RegExp(`${idle.port}$`));
      finish();
      expect(await late).toBe('late');
    });

    test('sends nothing more to the origin until it is enabled', async () => {
      const [first, second] = [await origin(), await origin()];
      const running = await shared.with({ origins: `${first.origin.url.origin}, ${second.origin.url.origin}` });
      const { port, admin } = running;
      await drained(running, first.origin.id);
      for (let i = 0; i < 4; i++) expect(await answer(port)).toBe(String(second.port));
      await admin(`/api/origins/${first.origin.id}/enable`, 'POST');
      // Every thread hears of it when it does; the test's time is the limit.
      while ((await answer(port)) !== String(first.port)) await pause(5);
    });
  });

  describe('a configuration file', () => {
    test('is followed when it changes, while a request runs on', async () => {
      const arrived = Promise.withResolvers<() => void>();
      const before = await origin((_req, res) => arrived.resolve(() => res.end('late')));
      const after = await origin();
      const { printed, port } = await shared.with({ origins: before.origin.url.origin });
      const late = answer(port);
      const finish = await arrived.promise;
      shared.write({ origins: after.origin.url.origin, 'response-timeout': '1s', 'max-clients': '5' });
      await printed(/changed, but needs a restart: max-clients\n[\s\S]*configuration changed: origins, response-timeout\n/);
      expect(await answer(port)).toBe(String(after.port));
      finish();
      expect(await late).toBe('late');
      await printed(new RegExp(`${before.origin.id} is drained`));
    });

    test('gives the next request other timeouts, and those that wait other limits', async () => {
      const { origin: silent, requests } = await origin(() => {});
      const base = { origins: silent.url.origin, retries: '0' };
      const { printed, port } = await shared.with({ ...base, 'max-connections': '1', 'max-waiting': '0' });
      const send = async () => (await Client.to(port)).send(ask('/', 'Connection: close'));
      await send();
      await until(
        () => requests.length === 1,
        () => requests.length,
      );
      expect(await (await send()).end()).toMatch(/^HTTP\/1.1 503 .*all origins are busy/s);
      shared.tell({ ...base, 'max-connections': '2', 'max-waiting': '0', 'response-timeout': '50ms' });
      await printed(/configuration changed: response-timeout, max-connections\n/);
      expect(await (await send()).end()).toMatch(/^HTTP\/1.1 504 /);
      shared.tell({ ...base, 'max-connections': '1', 'max-waiting': '1', 'wait-timeout': '50ms', 'response-timeout': '50ms' });
      await printed(/configuration changed: max-connections, max-waiting, wait-timeout\n/);
      const begun = performance.now();
      expect(await (await send()).end()).toMatch(/^HTTP\/1.1 503 /);
      expect(performance.now() - begun).toBeGreaterThan(45);
    });

    test('that changes a timeout does not save what runs from a later drain’s end', async () => {
      const [endless, other] = [await origin((_req, res) => res.write('and then, for ever …')), await origin()];
      const base = { origins: `${endless.origin.url.origin}, ${other.origin.url.origin}`, policy: 'first', 'drain-timeout': '100ms' };
      const { printed, port, admin } = await shared.with(base);
      const client = await Client.to(port);
      await client.send(ask('/')).until(/for ever/);
      shared.tell({ ...base, 'response-timeout': '3s' });
      await printed(/configuration changed: response-timeout/);
      await admin(`/api/origins/${endless.origin.id}/drain`, 'POST');
      await client.end();
      await printed(new RegExp(`${endless.origin.id} is drained`));
    });

    test('with a mistake is refused whole, and the running configuration stays', async () => {
      const { origin: one, port: onePort } = await origin();
      const { printed, port } = await shared.with({ origins: one.url.origin });
      shared.tell({ origins: 'ftp://x', retries: 'many' });
      await printed(/the running one stays: .*: origins: "ftp:\/\/x" is not .*; .*: retries: "many" is not a count/);
      expect(await answer(port)).toBe(String(onePort));
    });

    test('is read again on SIGHUP', async () => {
      const [one, other] = [await origin(), await origin()];
      const { printed, port } = await shared.with({ origins: one.origin.url.origin });
      shared.tell({ origins: other.origin.url.origin });
      await printed(/configuration changed: origins/);
      expect(await answer(port)).toBe(String(other.port));
    });
  });

  test('an origin that dies is out at once, though it is not probed again for long', async () => {
    const [mortal, other] = [await origin(), await origin()];
    const { printed, port, origins } = await shared.with({
      origins: `${mortal.origin.url.origin}, ${other.origin.url.origin}`,
      'health-interval': '1m',
    });
    await answer(port);
    await mortal.close();
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(port)));
    expect(new Set(answers)).toEqual(new Set([String(other.port)]));
    await printed(new RegExp(`${mortal.origin.id} is down: 2 of 2 connections failed, ECONNREFUSED`));
    expect((await origins())[0]?.summary).toMatch(/^down \d+ ms: 2 of 2 connections failed, ECONNREFUSED/);
  });

  // The last one, since it ends the balancer that the others share.
  test('a log that nobody reads any more ends nothing', async () => {
    const { origin: one, port: onePort } = await origin();
    const { program, port } = await shared.with({ origins: one.url.origin });
    program.closeOutput();
    for (let i = 0; i < 5; i++) expect(await answer(port)).toBe(String(onePort));
    program.signal('SIGTERM');
    expect(await program.status()).toBe(0);
  });
});

test('a configuration file can be checked alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'balancer.yml');
  writeFileSync(file, 'origins: http://a');
  const good = new Program('balancer/src/main.ts', ['check', file]);
  expect([await good.status(), good.output]).toEqual([0, `${file} can be used\n`]);
  writeFileSync(file, 'retries: many');
  const bad = new Program('balancer/src/main.ts', ['check', file]);
  expect(await bad.status()).toBe(2);
  expect(bad.output).toMatch(/^balancer: this configuration cannot be used\n {2}.*: retries: "many" is not a count/);
});
