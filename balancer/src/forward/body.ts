import { Readable } from 'node:stream';
import type { Request } from 'express';
import type { Body } from '../exchange.ts';

/** The longest body that is read whole before it is sent, so that it can be sent again; in bytes. */
const keptUpTo = 64 * 1024;

/** The client stopped sending in the middle of its body. */
export class ClientStalled extends Error {}

/** The client stopped reading the answer. */
export class ClientDeaf extends Error {}

/** The client went away in the middle of its body. */
export class ClientLeft extends Error {}

/** The length of a body that can be kept: known, and up to 64 KiB. 0 for every other, and for none. */
export function keptLength({ headers }: Request): number {
  const length = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : 0;
  return length <= keptUpTo ? length : 0;
}

/**
 * Takes a request's body. One that is `kept` is read whole first; any other is streamed, and stays unread until an origin takes
 * it. `patience` is the longest silence inside a body, in ms. Rejects with ClientStalled or ClientLeft; a stream is destroyed
 * with them.
 */
export function bodyOf(req: Request, kept: boolean, patience: number): Body | Promise<Body> {
  if (kept) return whole(req, patience);
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  return coding === undefined && (length === undefined || length === '0') ? null : new Upload(req, patience);
}

function whole(req: Request, patience: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  const stalled = setTimeout(() => reject(new ClientStalled()), patience);
  req.on('data', (chunk: Buffer) => {
    stalled.refresh();
    chunks.push(chunk);
  });
  req.once('close', () => {
    clearTimeout(stalled);
    if (!req.complete) reject(new ClientLeft());
  });
  req.once('end', () => {
    clearTimeout(stalled);
    resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  });
  return promise;
}

/**
 * A body on its way, as fast as the origin takes it. When an origin answers without reading it all, the transport destroys
 * this stream and not the client's connection; what the client still sends is then read and dropped.
 */
class Upload extends Readable {
  readonly #req: Request;
  readonly #patience: number;
  #stalled: NodeJS.Timeout | undefined;

  constructor(req: Request, patience: number) {
    super();
    this.#req = req;
    this.#patience = patience;
  }

  /** The silence that is timed is the client's: none is while the origin takes nothing. */
  override _read(): void {
    if (this.#stalled) this.#stalled.refresh();
    else this.#begin();
    this.#req.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#stalled);
    this.#req.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.#req.resume();
    done(error);
  }

  #begin(): void {
    this.#stalled = setTimeout(() => {
      if (!this.#req.isPaused()) this.destroy(new ClientStalled());
    }, this.#patience);
    this.#req.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  readonly #onData = (chunk: Buffer) => {
    this.#stalled?.refresh();
    if (!this.push(chunk)) this.#req.pause();
  };

  readonly #onEnd = () => {
    clearTimeout(this.#stalled);
    this.push(null);
  };

  readonly #onClose = () => {
    if (!this.#req.complete) this.destroy(new ClientLeft());
  };
}
