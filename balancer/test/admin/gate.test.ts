import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type Behind, Gate } from '../../src/admin/gate.ts';

/** A gate whose admin side answers with the request's path, once the test lets it open; what that was told, and who waits for a time. */
function gateBefore() {
  const told: string[] = [];
  const app = express().use((req, res) => void res.send(req.path));
  const side = { app, endTraffic: () => void told.push('end traffic'), end: () => void told.push('end') };
  const { promise, resolve } = Promise.withResolvers<Behind>();
  const openings: string[] = [];
  const waiting = new Set<() => void>();
  const gate = new Gate({
    open: () => {
      openings.push('opening');
      return promise;
    },
    access: () => ({ tokenHash: undefined, host: 'lb' }),
    after: (_ms, work) => {
      waiting.add(work);
      return () => void waiting.delete(work);
    },
    note: () => {},
  });
  return { gate, told, open: () => resolve(side), openings, waiting };
}

const aTurn = () => new Promise((resolve) => setImmediate(resolve));

test('the admin side is opened by the first who ask, once, and they are answered', async () => {
  const { gate, open, openings } = gateBefore();
  expect(openings).toEqual([]);
  const answers = Promise.all(['/a', '/b'].map((path) => request(gate.handler).get(path)));
  while (openings.length === 0) await aTurn();
  open();
  expect((await answers).map(({ text }) => text)).toEqual(['/a', '/b']);
  expect((await request(gate.handler).get('/c')).text).toBe('/c');
  expect(openings).toEqual(['opening']);
});

test('it is opened a while after the start though nobody asks, but not once the balancer has ended', () => {
  const { gate, openings, waiting } = gateBefore();
  gate.started();
  expect(openings).toEqual([]);
  for (const work of waiting) work();
  expect(openings).toEqual(['opening']);
  const ended = gateBefore();
  ended.gate.started();
  ended.gate.end();
  expect([...ended.waiting]).toEqual([]);
});

test('what ends while it opens is ended as soon as it is open, in that order', async () => {
  const { gate, told, open, waiting } = gateBefore();
  gate.started();
  for (const work of waiting) work();
  gate.endTraffic();
  gate.end();
  expect(told).toEqual([]);
  open();
  await aTurn();
  expect(told).toEqual(['end traffic', 'end']);
});
