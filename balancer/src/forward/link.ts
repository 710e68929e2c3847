import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Deadlines } from '../brain/deadlines.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { HandshakeTerms } from '../wire/handshake.ts';
import type { WireLimits } from '../wire/limits.ts';
import type { Taker } from '../wire/outgoing.ts';

/** What a link is told by. */
export interface LinkParts {
  readonly deadlines: Deadlines;
  /** In ms, on the clock of the deadlines. */
  readonly now: () => number;
  readonly limits: () => WireLimits;
}

/** All connections to one origin, by whatever version of HTTP. */
export interface Link {
  /** Sends the request of an exchange; its taker is told what comes of it. Throws what makes it impossible to send. */
  send(exchange: RoadExchange, request: RoadRequest, taker: Taker): void;
  /** Follows how the origin is listed now, as far as that changes how it is connected to. */
  listedAs?(origin: Origin): void;
  /** Has the origin show who it is by those terms from now on. */
  follow(terms: HandshakeTerms): void;
  /** Ends every connection, with whatever it carries. */
  cut(): void;
  /** Closes each connection once nothing runs on it; resolves when there are none. */
  close(): Promise<void>;
}
