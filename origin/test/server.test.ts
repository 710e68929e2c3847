import type { Server } from 'node:http';
import { expect, test } from '@jest/globals';
import request from 'supertest';
import { createOrigin } from '../src/server.ts';

const printed: string[] = [];
const origin = (): Server =>
  createOrigin(
    (line) => printed.push(line),
    () => new Date(0),
  );

test.each(['get', 'post', 'put', 'patch', 'delete', 'options'] as const)(
  'answers %s on any path with its port, and prints one line',
  async (method) => {
    printed.length = 0;
    const response = await request(origin())[method]('/any/path?at=all');
    expect(response.status).toBe(200);
    expect(response.text).toMatch(/^origin server response :\d+$/);
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(printed).toEqual(['[origin server] received request: 1970-01-01T00:00:00.000Z']);
  },
);

test('names the port it listens on', async () => {
  const server = origin().listen(0);
  const { port } = server.address() as { port: number };
  expect((await request(server).get('/')).text).toBe(`origin server response :${port}`);
  server.close();
});

test('answers HEAD with the length and no body', async () => {
  const response = await request(origin()).head('/');
  expect(Number(response.headers['content-length'])).toBeGreaterThan('origin server response :'.length);
  expect(response.text).toBeUndefined();
});

test('keeps /_origin/ for itself and prints nothing there', async () => {
  printed.length = 0;
  expect((await request(origin()).get('/_origin/health?x')).text).toBe('ok\n');
  expect((await request(origin()).get('/_origin/nothing')).status).toBe(404);
  expect((await request(origin()).get('/_originality')).status).toBe(200);
  expect(printed).toHaveLength(1);
});

test('says its load, and does not count who asks for that', async () => {
  printed.length = 0;
  const server = origin();
  expect((await request(server).get('/_origin/load')).body).toEqual({ inFlight: 0, latencyMs: 0 });
  await request(server).get('/');
  const { body } = await request(server).get('/_origin/load');
  expect(body).toEqual({ inFlight: 0, latencyMs: expect.any(Number) });
  expect(body.latencyMs).toBeGreaterThan(0);
  expect(printed).toHaveLength(1);
});
