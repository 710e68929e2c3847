import type { Origin } from '../brain/select/origin.ts';
import type { Carrier } from '../route/lane.ts';
import type { HandshakeTerms } from '../wire/handshake.ts';

/** How long to wait for an origin, all in ms. */
export interface Timeouts {
  /** For a connection. */
  readonly connect: number;
  /** For the response headers once the request is sent. */
  readonly response: number;
  /** For the next piece of a response body, from the origin or to the client. */
  readonly idle: number;
  /** For anything on a WebSocket, from either side. */
  readonly tunnel: number;
}

/** What may change while a transport is in use. */
export interface TransportSettings {
  readonly timeouts: Timeouts;
  /** The longest header of an answer that is taken, in bytes. */
  readonly maxAnswerHeader: number;
  /** How origins over TLS have to show who they are. */
  readonly handshake: HandshakeTerms;
}

/** Carries one attempt to one origin of a pool and streams the answer to the client. */
export interface Transport extends Carrier {
  /** Takes other settings for what begins from now on. */
  configure(settings: TransportSettings): void;
  /** Closes WebSockets with status 1001 (going away): those to an origin, or all. */
  goAway(origin?: Origin): void;
  /** Ends everything that still runs at an origin, and every connection to it. */
  cut(origin: Origin): void;
  /** Closes every connection to the origins once nothing runs on it. */
  close(): Promise<void>;
}
