import type { Duplex } from 'node:stream';
import { Flow, lingering } from './flow.ts';
import { goingAway } from './frames.ts';

/** How long a WebSocket may stay as it is, in ms. */
export interface TunnelLimits {
  /** While neither side sends. */
  readonly silence: number;
  /** While a side takes nothing of what waits for it: until then, nobody reads on at the other, whose end would not be seen. */
  readonly deafness: number;
}

/** A client's connection and an origin's, joined as one WebSocket. */
export class Tunnel {
  readonly #client: Duplex;
  readonly #origin: Duplex;
  readonly #toClient: Flow;
  readonly #toOrigin: Flow;
  #isLeaving = false;
  /** Resolves when both connections are closed; never rejects. */
  readonly closed: Promise<void>;

  /** Joins two connections until both are closed. Either side's end or failure becomes the other's. */
  constructor(client: Duplex, origin: Duplex) {
    this.#client = client;
    this.#origin = origin;
    this.#toOrigin = new Flow(client, origin);
    this.#toClient = new Flow(origin, client);
    this.closed = Promise.all([this.#toOrigin.closed, this.#toClient.closed]).then(() => {});
  }

  /** Goes away where a limit is over; `now` is in ms on a monotonic clock. Times count from the first such look. */
  keepWithin({ silence, deafness }: TunnelLimits, now: number): void {
    const [toClient, toOrigin] = [this.#toClient, this.#toOrigin];
    toClient.look(now);
    toOrigin.look(now);
    const isSilent = now - Math.max(toClient.cameAt, toOrigin.cameAt) >= silence;
    const isDeaf = now - Math.min(toClient.takenAt, toOrigin.takenAt) >= deafness;
    if (isSilent || isDeaf) this.goAway();
  }

  /** Tells both sides that the server is going away, and closes; in the middle of a frame, without that word. */
  goAway(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
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
