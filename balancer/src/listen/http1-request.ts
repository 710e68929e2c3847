import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { gathering } from './gathering.ts';
import type { BodyTaker, ClientConnection, RoadRequest } from './request.ts';

/** A request of HTTP/1.1 or 1.0, as Node's parser reads it. */
export class Http1Request extends gathering(IncomingMessage) implements RoadRequest {
  declare readonly method: string;
  target = '';
  received = 0;
  #taker: BodyTaker | undefined;
  #hasCome = false;

  get isUpgrade(): boolean {
    return (this as { upgrade?: boolean }).upgrade === true;
  }

  get isWhole(): boolean {
    return this.complete;
  }

  get hasLeft(): boolean {
    return this.socket.destroyed;
  }

  get stream(): Readable {
    return this;
  }

  get peer(): ClientConnection {
    return this.socket;
  }

  handOver(taker: BodyTaker): boolean {
    // Whoever waits for the stream's end must hear it.
    if (this.#hasCome || this.listenerCount('end') > 0) return false;
    this.#taker = taker;
    return true;
  }

  handBack(): void {
    this.#taker = undefined;
  }

  /** Node's parser calls this with each piece, and with null at the end. */
  override push(piece: Buffer | null): boolean {
    this.#hasCome = true;
    if (piece !== null) this.received += piece.length;
    if (!this.#taker) return super.push(piece);
    if (piece !== null) {
      this.#taker.piece(piece);
      return true;
    }
    this.#taker.end();
    return super.push(null);
  }

  /**
   * Keeps the request target away from everything that would parse it: in the `url` that Express and other middleware read, there is `/`
   * in its place. No odd target can then lead a request off the road.
   */
  keepTarget(): void {
    this.target = this.url ?? '';
    this.url = '/';
  }
}
