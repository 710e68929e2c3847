import { locationOf, type Origin } from '../brain/select/origin.ts';
import { speaksHttp2 } from '../wire/address.ts';
import type { HandshakeTerms } from '../wire/handshake.ts';
import { Http1Link } from './http1-link.ts';
import { Http2Link } from './http2-link.ts';
import type { Link, LinkParts } from './link.ts';

/** The links to the origins of a pool, each by the version of HTTP that its URL names. */
export class Links {
  readonly #parts: LinkParts;
  #terms: HandshakeTerms;
  /** By scheme, host and port. */
  readonly #all = new Map<string, Link>();

  /** `terms` are how origins over TLS have to show who they are. */
  constructor(parts: LinkParts, terms: HandshakeTerms) {
    this.#parts = parts;
    this.#terms = terms;
  }

  to(origin: Origin): Link {
    const location = locationOf(origin);
    let link = this.#all.get(location);
    if (!link) {
      link = speaksHttp2(origin.url) ? new Http2Link(origin, this.#parts, this.#terms) : new Http1Link(origin, this.#parts, this.#terms);
      this.#all.set(location, link);
    }
    link.listedAs?.(origin);
    return link;
  }

  /** Has origins show who they are by those terms from now on. */
  follow(terms: HandshakeTerms): void {
    this.#terms = terms;
    for (const link of this.#all.values()) link.follow(terms);
  }

  /** Ends every connection to an origin, with whatever it carries. */
  cut(origin: Origin): void {
    const location = locationOf(origin);
    this.#all.get(location)?.cut();
    this.#all.delete(location);
  }

  /** Closes each connection once nothing runs on it; resolves when there are none. */
  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((link) => link.close()));
  }
}
