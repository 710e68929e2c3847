import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { HandshakeTerms } from '../wire/handshake.ts';
import type { Sessions } from '../wire/http2/sessions.ts';
import type { Taker } from '../wire/outgoing.ts';
import type { Link, LinkParts } from './link.ts';
import { streamOutgoingOf } from './stream-outgoing.ts';

/** All connections to an origin of HTTP/2. What speaks that is loaded for the first of them: who has no such origin never pays for it. */
export class Http2Link implements Link {
  readonly #origin: Origin;
  readonly #loading: Promise<Sessions>;
  #sessions: Sessions | undefined;

  constructor(origin: Origin, parts: LinkParts, terms: HandshakeTerms) {
    this.#origin = origin;
    this.#loading = this.#load(parts, terms);
  }

  send(exchange: RoadExchange, request: RoadRequest, taker: Taker): void {
    const outgoing = streamOutgoingOf(exchange, request, this.#origin);
    if (this.#sessions) this.#sessions.send(outgoing, taker);
    else void this.#loading.then((sessions) => sessions.send(outgoing, taker), taker.failed.bind(taker));
  }

  follow(terms: HandshakeTerms): void {
    this.#onceLoaded((sessions) => sessions.follow(terms));
  }

  cut(): void {
    this.#onceLoaded((sessions) => sessions.cut());
  }

  async close(): Promise<void> {
    await (await this.#loading).close();
  }

  /** What can't be loaded is told to whoever sends something. */
  #onceLoaded(work: (sessions: Sessions) => void): void {
    this.#loading.then(work, () => {});
  }

  async #load(parts: LinkParts, terms: HandshakeTerms): Promise<Sessions> {
    const { Sessions } = await import('../wire/http2/sessions.ts');
    this.#sessions = new Sessions(this.#origin.url, parts, terms);
    return this.#sessions;
  }
}
