import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A client's connection, as far as who answers a request is concerned with it. */
export interface ClientConnection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Whether it is over TLS. */
  readonly encrypted?: boolean;
  /** The version of TLS that it speaks, such as `TLSv1.3`. */
  getProtocol?(): string | null;
  once(event: 'close', told: () => void): unknown;
  off(event: 'close', told: () => void): unknown;
}

/** Who takes a body as it is read. */
export interface BodyTaker {
  readonly piece: (piece: Buffer) => void;
  readonly end: () => void;
}

/** A client's request as it came in, by whatever version of HTTP. Names are Node's where Node has the same thing. */
export interface RoadRequest {
  readonly method: string;
  /** The request target, byte for byte (RFC 9112 §3.2). */
  readonly target: string;
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string;
  /** The fields as sent, each byte a character: name, value, name, value … */
  readonly rawHeaders: readonly string[];
  /** The fields by their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The fields behind the body, as the others; they are there when the body has ended. */
  readonly rawTrailers: readonly string[];
  /** Whether its connection becomes a WebSocket if the answer grants it. */
  readonly isUpgrade: boolean;
  /** How many bytes of its body have come. */
  readonly received: number;
  /** Whether all of it has come. */
  readonly isWhole: boolean;
  /** Whether its client's connection is closed. */
  readonly hasLeft: boolean;
  /** The body as it comes. */
  readonly stream: Readable;
  /**
   * Hands the pieces of the body over as they are read, past the stream, which costs far less; until the end, or `handBack`. False, and
   * nothing is handed over, where some of it has come before, or others follow the stream.
   */
  handOver(taker: BodyTaker): boolean;
  /** What is still to come of the body comes by the stream. */
  handBack(): void;
  /** Who sent it. */
  readonly peer: ClientConnection;
}
