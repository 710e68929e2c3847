import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Listener } from '../../src/listen/listener.ts';
import { startOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import { until } from '../until.ts';
import { ask, Client } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A listener whose answers are so long in bytes, and the port that it listens at. */
async function answering(bytes: number, idleTimeout: number): Promise<{ port: number; closed: Promise<unknown> }> {
  const closed = Promise.withResolvers<unknown>();
  const listener = new Listener(
    (_req, res) => {
      res.on('close', () => closed.resolve(res.errored));
      res.end(Buffer.alloc(bytes));
    },
    {
      ...{ maxClients: 100, maxClientsPerAddress: 'fair', threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
      ...{ headerTimeout: 10_000, keepAliveTimeout: 60_000, idleTimeout, maxRequests: 0 },
    },
  );
  ends.push(
    () => listener.stop(),
    () => listener.cut(),
  );
  return { port: await listener.listen(0, '127.0.0.1'), closed: closed.promise };
}

describe('a client that takes nothing of what waits for it loses its connection and its place', () => {
  test('be it the end of an answer, of which the origin has done its part', async () => {
    const page = 'x'.repeat(60_000);
    const { origin, close } = await startOrigin((_req, res) => res.end(page));
    const road = roadOver([origin], { timeout: 60_000, patience: 200 });
    ends.push(close, road.close);
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.deafen().send(ask('/').repeat(400));
    const seen = () => ({ clients: road.ledger.connect(0), running: road.ledger.enter(0) });
    await until(() => road.records().length > 0, seen);
    await until(() => seen().clients === 0 && seen().running === 0, seen);
  });

  test('or an answer of the balancer’s own', async () => {
    const { port, closed } = await answering(48 * 1024 * 1024, 200);
    const client = (await Client.to(port)).deafen().send(ask('/'));
    ends.push(() => client.leave());
    expect(await closed).toMatchObject({ code: 'CLIENT_DEAF' });
  });
});

test('a client that takes a long answer slowly gets it all', async () => {
  const whole = 24 * 1024 * 1024;
  const { port } = await answering(whole, 400);
  const client = connect(port, '127.0.0.1', () => client.write(ask('/', 'Connection: close')));
  let taken = 0;
  client.on('data', (piece: Buffer) => {
    taken += piece.length;
    client.pause();
    setTimeout(() => client.resume(), 1);
  });
  client.on('error', () => {});
  await once(client, 'close');
  expect(taken).toBeGreaterThan(whole);
});
