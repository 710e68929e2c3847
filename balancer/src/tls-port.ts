import type { Socket } from 'node:net';
import { plainAddress } from './admit/address.ts';
import type { Ledger } from './brain/pool/ledger.ts';
import type { Config } from './config/options.ts';
import type { Arrival } from './listen/entrance/arrival.ts';
import { type Entrance, entranceOf, type Step } from './listen/entrance/entrance.ts';
import { tlsHandshake } from './listen/entrance/tls-handshake.ts';
import { Contexts } from './tls/contexts.ts';
import { HandshakeFailures } from './tls/failures.ts';
import type { Issued } from './tls/pair.ts';
import { ShownCertificates } from './tls/shown.ts';

/** What the TLS port of a thread works with. */
export interface TlsPortParts {
  /** What session tickets are encrypted with where the configuration names no secret; the same in all threads. */
  readonly secret: string;
  /** Where handshakes are counted. */
  readonly house: Ledger;
  readonly note: (message: string) => void;
  /** What is done before the handshake. */
  readonly before: readonly Step[];
  readonly issued: Issued;
  /** Has HTTP/2 spoken on a connection. */
  readonly speakHttp2: (arrival: Arrival) => void;
}

/** The TLS port of a thread: what is shown there, and how a connection goes on to HTTP. */
export class TlsPort {
  readonly entrance: Entrance;
  readonly #secret: string;
  #config: Config;
  #issued: Issued;
  #shown: ShownCertificates;

  constructor(config: Config, { secret, house, note, before, issued, speakHttp2 }: TlsPortParts) {
    this.#secret = secret;
    this.#config = config;
    this.#issued = issued;
    this.#shown = this.#made();
    const failures = new HandshakeFailures(note, () => performance.now());
    const handshake = tlsHandshake({
      certificates: () => this.#shown,
      protocols: ['h2', 'http/1.1'],
      within: config.headerTimeout,
      ended: (end, client, reason) => {
        house.handshake(end);
        if (end === 'failed') failures.failed(plainAddress(client), reason);
      },
    });
    this.entrance = entranceOf([...before, handshake], (arrival) => {
      if (alpnOf(arrival.socket) === 'h2') speakHttp2(arrival);
      else arrival.speakHttp1();
    });
  }

  /** Follows another configuration: connections that are there go on as they began. */
  reconfigure(config: Config): void {
    this.#config = config;
    this.#shown = this.#made();
  }

  /** Shows what was issued in the meantime, beside what is configured. */
  show(issued: Issued): void {
    this.#issued = issued;
    this.#shown = this.#made();
  }

  #made(): ShownCertificates {
    const { certificates = [], tlsMinVersion, sharedSecret } = this.#config;
    const secret = sharedSecret === 'random' ? this.#secret : sharedSecret;
    const contexts = new Contexts({ minVersion: tlsMinVersion, secret }, Date.now);
    return new ShownCertificates(contexts, certificates, this.#issued);
  }
}

/** What both sides of a connection have agreed on to speak (ALPN, RFC 7301). */
function alpnOf(socket: Socket & { readonly alpnProtocol?: string | false | null }): string | false | null | undefined {
  return socket.alpnProtocol;
}
