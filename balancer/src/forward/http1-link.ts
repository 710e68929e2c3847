import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { RoadRequest } from '../listen/request.ts';
import { Connections } from '../wire/connections.ts';
import type { HandshakeTerms } from '../wire/handshake.ts';
import type { Taker } from '../wire/outgoing.ts';
import type { Link, LinkParts } from './link.ts';
import { outgoingOf } from './outgoing.ts';

/** All connections to an origin of HTTP/1.1. */
export class Http1Link implements Link {
  readonly #origin: Origin;
  readonly #connections: Connections;

  constructor(origin: Origin, parts: LinkParts, terms: HandshakeTerms) {
    this.#origin = origin;
    this.#connections = new Connections(origin.url, parts, terms);
  }

  send(exchange: RoadExchange, request: RoadRequest, taker: Taker): void {
    this.#connections.send(outgoingOf(exchange, request, this.#origin), taker);
  }

  listedAs({ proxyProtocol }: Origin): void {
    this.#connections.proxyProtocol = proxyProtocol;
  }

  follow(terms: HandshakeTerms): void {
    this.#connections.follow(terms);
  }

  cut(): void {
    this.#connections.cut();
  }

  close(): Promise<void> {
    return this.#connections.close();
  }
}
