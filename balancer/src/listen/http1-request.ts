import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { gathering } from './gathering.ts';
import type { ClientConnection, RoadRequest } from './request.ts';

/** A request of HTTP/1.1 or 1.0, as Node's parser reads it. */
export class Http1Request extends gathering(IncomingMessage) implements RoadRequest {
  declare readonly method: string;
  target = '';

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

  /**
   * Keeps the request target away from everything that would parse it: in the `url` that Express and other middleware read, there is `/`
   * in its place. No odd target can then lead a request off the road.
   */
  keepTarget(): void {
    this.target = this.url ?? '';
    this.url = '/';
  }
}
