import type { ClientHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import { Sending, type SendingEnds } from '../sending.ts';

/** How much of a streamed body is kept at its beginning, in bytes: most messages of gRPC are shorter. */
const mostKept = 64 * 1024;

const plain = { inChunks: false, trailers: () => '' };

/**
 * A body on its way to an origin of HTTP/2. The beginning of one that is streamed is kept until an answer begins: until then, the origin may still
 * say that it has not begun with the request, which can then leave once more (RFC 9113 §8.7).
 */
export class SentBody {
  readonly #body: Buffer | Readable | null;
  /** What has been sent of a stream; nothing where that is no longer all there. */
  #kept: Buffer[] | undefined = [];
  #keptBytes = 0;
  #hasBegun = false;
  #hasEnded = false;
  #sending: Sending | undefined;

  constructor(body: Buffer | Readable | null) {
    this.#body = body;
  }

  get isNone(): boolean {
    return this.#body === null;
  }

  /** Whether it is streamed, so that nobody knows yet what will come behind it. */
  get isStream(): boolean {
    return this.#body instanceof Readable;
  }

  /** Whether some of it is still to be sent. */
  get isSending(): boolean {
    return this.#sending !== undefined;
  }

  /** Whether the origin takes nothing for now. */
  get isBlocked(): boolean {
    return this.#sending?.isBlocked === true;
  }

  /** Whether all of it can be taken back. */
  get mayLeaveAgain(): boolean {
    return !this.isStream || this.#kept !== undefined;
  }

  /** Sends it, on a stream that was begun for it. */
  sendOn(stream: ClientHttp2Stream, { blocked, sent, failed }: SendingEnds): void {
    const body = this.#body;
    if (!(body instanceof Readable)) {
      if (body !== null) stream.end(body);
      sent();
      return;
    }
    const ended = () => {
      this.#hasEnded = true;
      this.#leave();
      stream.end();
      sent();
    };
    if (body.readableEnded) {
      ended();
      return;
    }
    if (body.errored) {
      failed(body.errored);
      return;
    }
    this.#hasBegun = true;
    body.on('data', this.#keep);
    const broke = (error: Error) => {
      this.#leave();
      failed(error);
    };
    this.#sending = new Sending(stream, body, plain, { blocked, sent: ended, failed: broke });
    body.resume();
  }

  /** It is not to be sent once more: what was kept for that is forgotten. */
  forget(): void {
    this.#kept = undefined;
  }

  /** Takes back what was sent, as if nothing had been: it is all in what is returned, where it may leave again. */
  takeBack(): Buffer | Readable | null {
    const body = this.#body;
    if (!(body instanceof Readable)) return body;
    this.#leave();
    const kept = this.#kept ?? [];
    if (this.#hasEnded) return Buffer.concat(kept);
    // It may break off while it waits; who sends it next will see that.
    if (this.#hasBegun) body.on('error', () => {}).pause();
    for (const piece of kept.toReversed()) body.unshift(piece);
    this.#hasBegun = false;
    return body;
  }

  /** Sends no more; what is streamed is destroyed, where any of it was read. */
  stop(): void {
    if (this.#body instanceof Readable && this.#hasBegun && !this.#hasEnded) this.#body.on('error', () => {}).destroy();
    this.#leave();
  }

  #leave(): void {
    this.#sending?.leave();
    this.#sending = undefined;
    if (this.#body instanceof Readable) this.#body.off('data', this.#keep);
  }

  readonly #keep = (piece: Buffer) => {
    this.#keptBytes += piece.length;
    if (this.#keptBytes > mostKept) this.forget();
    else this.#kept?.push(piece);
  };
}
