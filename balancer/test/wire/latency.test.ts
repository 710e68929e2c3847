import type { RequestListener } from 'node:http';
import { expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Origin } from '../../src/brain/select/origin.ts';
import { deadOrigin, startOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import { urlOf } from '../wire.ts';

/** The latency that the balancer knows of an origin after one request that nobody else can take. */
async function latencyAfterOne(origin: Origin): Promise<number> {
  const road = roadOver([origin], { retries: 0 });
  await supertest(await urlOf(road.server))
    .get('/')
    .catch(() => 'broken off');
  const latency = road.pool.candidates([])[0]?.latencyMs ?? Number.NaN;
  await road.close();
  return latency;
}

async function latencyOf(handler: RequestListener): Promise<number> {
  const origin = await startOrigin(handler);
  try {
    return await latencyAfterOne(origin.origin);
  } finally {
    await origin.close();
  }
}

test('an origin that answers has the latency of its answer', async () => {
  const latency = await latencyOf((_req, res) => void setTimeout(() => res.end(), 50));
  expect(latency).toBeGreaterThan(40);
  expect(latency).toBeLessThan(1000);
});

test('a long answer is not a slow one: its beginning counts', async () => {
  const latency = await latencyOf((_req, res) => {
    res.write('begun');
    setTimeout(() => res.end(), 300);
  });
  expect(latency).toBeLessThan(250);
});

test.each<[string, RequestListener]>([
  ['answers with an error', (_req, res) => void res.writeHead(500).end()],
  ['breaks off', (_req, res) => void res.socket?.destroy()],
  ['breaks off in the middle', (_req, res) => void res.write('begun', () => res.socket?.destroy())],
])('an origin that %s at once does not look fast', async (_what, handler) => {
  expect(await latencyOf(handler)).toBeGreaterThan(950);
});

test('an origin that refuses connections does not look fast', async () => {
  expect(await latencyAfterOne(deadOrigin())).toBeGreaterThan(950);
});
