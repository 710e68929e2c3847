import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Request } from 'express';
import type { Body } from '../exchange.ts';

/** The longest body that is read whole before it is sent, so that it can be sent again; in bytes. */
const keptUpTo = 64 * 1024;

/**
 * Takes a request's body. One of known length up to 64 KiB is read whole first; a longer or chunked one is streamed, and
 * stays unread until an origin takes it. Rejects if the client breaks off inside a body that is read whole.
 */
export async function bodyOf(req: Request): Promise<Body> {
  const length = req.headers['content-length'];
  if (req.headers['transfer-encoding'] !== undefined) return new Upload(req);
  if (length === undefined || length === '0') return null;
  return Number(length) <= keptUpTo ? buffer(req) : new Upload(req);
}

/**
 * A body on its way, as fast as the origin takes it. When an origin answers without reading it all, the transport destroys
 * this stream and not the client's connection; what the client still sends is then read and dropped.
 */
class Upload extends Readable {
  readonly #req: Request;
  #begun = false;

  constructor(req: Request) {
    super();
    this.#req = req;
  }

  override _read(): void {
    if (!this.#begun) this.#begin();
    this.#req.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#req.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.#req.resume();
    done(error);
  }

  #begin(): void {
    this.#begun = true;
    this.#req.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  readonly #onData = (chunk: Buffer) => {
    if (!this.push(chunk)) this.#req.pause();
  };

  readonly #onEnd = () => {
    this.push(null);
  };

  readonly #onClose = () => {
    if (!this.#req.complete) this.destroy(new Error('the client left'));
  };
}
