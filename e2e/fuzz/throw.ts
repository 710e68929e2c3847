import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from './case.ts';
import { marksIn } from './mark.ts';

/** How long a client waits for more once it has sent everything, in ms. */
const patience = 150;

/** Sends a case to a port; resolves with the bytes that came back, once the connection is gone. */
export async function thrown({ packets, gapMs, end, reads }: Case, port: number): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const chunks: Buffer[] = [];
  socket.on('error', () => {});
  if (reads) socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const packet of packets) {
    socket.write(packet);
    await (gapMs > 0 ? delay(gapMs) : new Promise(setImmediate));
  }
  if (end === 'fin') socket.end();
  if (end === 'rst') socket.resetAndDestroy();
  const timer = setTimeout(() => socket.destroy(), patience);
  await closed;
  clearTimeout(timer);
  return Buffer.concat(chunks);
}

/**
 * A mark in the bytes that came back which stands nowhere in those that were sent: an answer to another. The admin side is free to
 * tell of everybody.
 */
export function foreignMark({ packets, port }: Case, answer: Buffer): string | undefined {
  if (port === 'admin') return undefined;
  const sent = Buffer.concat(packets).toString('latin1');
  return marksIn(answer.toString('latin1')).find((mark) => !sent.includes(mark));
}
