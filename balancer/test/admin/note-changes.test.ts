import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import express from 'express';
import { jsonBody } from '../../src/admin/body.ts';
import { noteChanges } from '../../src/admin/note-changes.ts';
import { until } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';

let server: Server;
afterEach(() => void server.close());

/** A server that notes who changes what; a path tells the status that it gets, and /held gets none. */
function noting(hasToken = true): string[] {
  const notes: string[] = [];
  const note = (message: string) => void notes.push(message);
  const app = express().use(noteChanges(() => hasToken, note));
  app.use('/held', () => server.emit('held'));
  app.use('/:status', jsonBody, (req, res) => void res.status(Number(req.params['status'])).end());
  server = createServer(app);
  return notes;
}

const fields = ['Host: a', 'Connection: close', 'Content-Type: application/json'];
const ask = (line: string, body = '') =>
  onTheWire(server, [`${line} HTTP/1.1`, ...fields, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));

const noted = async (notes: string[], count: number) => {
  const many = () => notes.length >= count;
  await until(many, () => notes);
  return notes;
};

test('each change leaves a line with what, who, whether by a token, and what came of it', async () => {
  const notes = noting();
  await ask('PUT /200/x?secret=1', '{"name":"random"}');
  await ask('DELETE /409/origins/a:1');
  expect(await noted(notes, 2)).toEqual([
    'admin: PUT /200/x {"name":"random"} by 127.0.0.1 with a token: 200',
    'admin: DELETE /409/origins/a:1 by 127.0.0.1 with a token: 409',
  ]);
});

test('it says so where no token was needed; a question leaves no line', async () => {
  const notes = noting(false);
  await ask('GET /200');
  await ask('POST /202/');
  expect(await noted(notes, 1)).toEqual(['admin: POST /202/ by 127.0.0.1 without a token: 202']);
});

test('nothing in a line can begin another, or be without end', async () => {
  const notes = noting();
  await ask('POST /200', JSON.stringify({ a: `${'~'.repeat(10)}${'x'.repeat(1000)}` }));
  await ask('POST /200', '{"a":"\\u000a\\u2028"}');
  const [long = '', odd] = await noted(notes, 2);
  expect(long).toMatch(/^admin: POST \/200 \{"a":"~{10}x+… by 127\.0\.0\.1 with a token: 200$/);
  expect(long.length).toBeLessThan(400);
  expect(odd).toBe('admin: POST /200 {"a":"\\n?"} by 127.0.0.1 with a token: 200');
});

test('a client that left leaves a line as well', async () => {
  const notes = noting();
  const socket = connect(await portOf(server), '127.0.0.1');
  socket.write('POST /held HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(server, 'held');
  socket.destroy();
  expect(await noted(notes, 1)).toEqual(['admin: POST /held by 127.0.0.1 with a token: left before the answer']);
});
