import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { Writer } from '../../src/threads/writer.ts';

/** The file descriptor behind a child's standard input. */
const fdOf = (stream: Writable) => (stream as Writable & { _handle: { fd: number } })._handle.fd;

const lines = Array.from({ length: 50_000 }, (_, i) => `this is line ${i}\n`);

test('what a slow reader has no room for comes later, whole and in order, and nobody waits for it', async () => {
  const reader = spawn('sh', ['-c', 'sleep 0.2; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const read = text(reader.stdout);
  const writer = new Writer(fdOf(reader.stdin));
  for (const line of lines) writer.write(line);
  await writer.flushed(5000);
  reader.stdin.end();
  expect(await read).toBe(lines.join(''));
});

test('nobody waits for the reader longer than they want to', async () => {
  const reader = spawn('sh', ['-c', 'sleep 0.5; cat > /dev/null'], { stdio: ['pipe', 'inherit', 'inherit'] });
  const writer = new Writer(fdOf(reader.stdin));
  for (const line of lines) writer.write(line);
  const begun = performance.now();
  await writer.flushed(100);
  expect(performance.now() - begun).toBeLessThan(400);
  await writer.flushed(5000);
  reader.stdin.end();
});

test('what can not be written at all is dropped, and nobody waits for it', async () => {
  const fd = openSync('/dev/null', 'w');
  closeSync(fd);
  const writer = new Writer(fd);
  writer.write('nobody reads this\n');
  const begun = performance.now();
  await writer.flushed(1000);
  expect(performance.now() - begun).toBeLessThan(500);
});
