import type { Duplex } from 'node:stream';
import { FrameBoundary, goingAway } from './frames.ts';

/** How long either side may take to close after it was told to, in ms. */
const lingering = 1000;

/** A client's connection and an origin's, joined as one WebSocket. */
export class Tunnel {
  readonly #client: Duplex;
  readonly #origin: Duplex;
  readonly #toClient = new FrameBoundary();
  readonly #toOrigin = new FrameBoundary();
  /** Resolves when both connections are closed; never rejects. */
  readonly closed: Promise<void>;

  /** Joins two connections until both are closed. Either side's end or failure becomes the other's. */
  constructor(client: Duplex, origin: Duplex) {
    this.#client = client;
    this.#origin = origin;
    this.closed = Promise.all([flow(client, origin, this.#toOrigin), flow(origin, client, this.#toClient)]).then(() => {});
  }

  /** Tells both sides that the server is going away, and closes; in the middle of a frame, without that word. */
  goAway(): void {
    this.#client.unpipe(this.#origin);
    this.#origin.unpipe(this.#client);
    this.#client.end(this.#toClient.isBetweenFrames ? goingAway(false) : undefined);
    this.#origin.end(this.#toOrigin.isBetweenFrames ? goingAway(true) : undefined);
    // What they still send is thrown away.
    this.#client.resume();
    this.#origin.resume();
    setTimeout(() => {
      this.#client.destroy();
      this.#origin.destroy();
    }, lingering).unref();
  }
}

function flow(from: Duplex, to: Duplex, boundary: FrameBoundary): Promise<void> {
  from.on('data', (chunk: Buffer) => boundary.pass(chunk));
  from.pipe(to);
  from.on('error', () => {});
  // Who was told the end and doesn't close is not waited for, whether the other closed its connection or only its half of it.
  const over = () => {
    if (to.writable) to.end();
    setTimeout(() => {
      from.destroy();
      to.destroy();
    }, lingering).unref();
  };
  // It may have ended, or be closed, before it was joined: then it never says so again.
  if (from.readableEnded) over();
  else from.once('end', over);
  return new Promise((resolve) => {
    const close = () => {
      over();
      resolve();
    };
    if (from.closed) close();
    else from.once('close', close);
  });
}
