import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { Writer } from '../../src/threads/writer.ts';

/** The file descriptor behind a child's standard input. */
const fdOf = (stream: Writable) => (stream as Writable & { _handle: { fd: number } })._handle.fd;

/** Counts lost lines, and puts them into words. */
const loss = () => ({
  lines: 0,
  count(lines: number) {
    this.lines += lines;
  },
  inWords: (lines: number) => `lost: ${lines}\n`,
});

const lines = Array.from({ length: 50_000 }, (_, i) => `this is line ${i}\n`);

test('what a slow reader has no room for comes later, whole and in order, and nobody waits for it', async () => {
  const reader = spawn('sh', ['-c', 'sleep 0.2; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const read = text(reader.stdout);
  const writer = new Writer(fdOf(reader.stdin), loss());
  for (const line of lines) writer.write(line);
  await writer.flushed(5000);
  reader.stdin.end();
  expect(await read).toBe(lines.join(''));
});

test('nobody waits for the reader longer than they want to', async () => {
  const reader = spawn('sh', ['-c', 'sleep 0.5; cat > /dev/null'], { stdio: ['pipe', 'inherit', 'inherit'] });
  const writer = new Writer(fdOf(reader.stdin), loss());
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
  const lost = loss();
  const writer = new Writer(fd, lost);
  writer.write('nobody reads this\n');
  const begun = performance.now();
  await writer.flushed(1000);
  expect(performance.now() - begun).toBeLessThan(500);
  expect(lost.lines).toBe(1);
});

test('of what waits for too long, no more than 8 MiB are kept; the lines on top are lost, counted, and one in their place says how many', async () => {
  const reader = spawn('sh', ['-c', 'read -r go <&3; exec cat'], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  const read = text(reader.stdout as Readable);
  const lost = loss();
  const stdin = reader.stdin as Writable;
  const writer = new Writer(fdOf(stdin), lost);
  const long = 'x'.repeat(1000);
  const all = Array.from({ length: 20_000 }, (_, i) => `${i} ${long}\n`);
  for (const line of all) writer.write(line);
  expect(lost.lines).toBeGreaterThan(11_000);
  expect(lost.lines).toBeLessThan(13_000);
  (reader.stdio[3] as Writable).end('go\n');
  await writer.flushed(20_000);
  writer.write('after\n');
  stdin.end();
  const kept = all.slice(0, all.length - lost.lines);
  expect(await read).toBe([...kept, `lost: ${lost.lines}\n`, 'after\n'].join(''));
});
