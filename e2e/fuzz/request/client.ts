import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a client saw. */
export interface Seen {
  /** One character a byte. */
  readonly received: string;
  /** How long after its own end the connection was closed, in ms. */
  readonly lasted: number;
  /** How the connection ended, and when: a missing answer is another matter after a reset than after a wait in vain. */
  readonly fate: string;
}

/** How a client sends. */
export interface Manner {
  readonly port: number;
  /** Its own address, one of the many of loopback. */
  readonly address: string;
  /** How long it waits between two pieces, in ms; at 0, one turn of the event loop. */
  readonly gap: number;
  /** What it waits for until it says that it sends no more; it says so with its last piece where there is nothing. */
  readonly until?: ((received: string) => boolean) | undefined;
}

/** When a client gives up, in ms after its end. */
const patience = 15_000;

/** Sends bytes in pieces, then its end; resolves once the connection is closed, or that takes far too long. Rejects where there never was a connection. */
export async function spoken(pieces: readonly Buffer[], { port, address, gap, until }: Manner): Promise<Seen> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: address, allowHalfOpen: true, noDelay: true });
  const begun = performance.now();
  const fate: string[] = [];
  const note = (what: string) => fate.push(`${what} after ${Math.round(performance.now() - begun)} ms`);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let received = '';
  let isConnected = false;
  // What else it waited for can't come any more once the other side has said its last.
  const heard = Promise.withResolvers<void>();
  socket
    .once('connect', () => {
      isConnected = true;
    })
    .on('error', ({ message }) => note(message))
    .once('end', () => {
      note('its end came');
      heard.resolve();
    })
    .on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (until?.(received)) heard.resolve();
    });
  for (const [number, piece] of pieces.entries()) {
    if (number > 0) await (gap > 0 ? delay(gap) : new Promise(setImmediate));
    socket.write(piece);
  }
  if (until && !until('')) await Promise.race([heard.promise, closed, delay(patience, undefined, { ref: false })]);
  const ended = performance.now();
  note('the client ended');
  socket.end();
  const timer = setTimeout(() => {
    note('given up');
    socket.destroy();
  }, patience);
  await closed;
  clearTimeout(timer);
  if (!isConnected) throw new Error(`a client that could not connect: ${fate.join(', ')}`);
  return { received, lasted: performance.now() - ended, fate: fate.join(', ') };
}
