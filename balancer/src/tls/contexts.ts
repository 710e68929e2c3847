import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { sessionLife, ticketEpoch, ticketKeys } from './tickets.ts';

/** What all that is spoken over TLS has in common. */
export interface TlsTerms {
  readonly minVersion: '1.2' | '1.3';
  /** What session tickets are encrypted with: the same in all threads. */
  readonly secret: string;
}

/**
 * What TLS 1.2 may be spoken with: only what keeps what was said secret when the certificate's key becomes known later (ECDHE), and what signs what it
 * encrypts (AEAD). All clients since 2014 can. TLS 1.3 has nothing else anyway.
 */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

/** Sessions are known again wherever they were begun, under whichever certificate. */
const sessionIdContext = 'load-balancer-explained';

const terms = {
  ciphers,
  sessionIdContext,
  sessionTimeout: sessionLife,
  honorCipherOrder: true,
  // A phone without AES in its processor says so by asking for ChaCha20 first.
  secureOptions: constants.SSL_OP_PRIORITIZE_CHACHA,
  // Clients are asked for no certificate. Without this, Node would read all authorities that it knows.
  ca: [],
} satisfies SecureContextOptions;

interface Made {
  readonly context: SecureContext;
  readonly epoch: number;
}

/** Secure contexts, each made once for as long as its key of session tickets lasts; what a thread needs of OpenSSL to show a certificate. */
export class Contexts {
  readonly #terms: TlsTerms;
  readonly #now: () => number;
  readonly #made = new WeakMap<object, Made>();

  /** `now` is in ms since 1970. */
  constructor(terms: TlsTerms, now: () => number) {
    this.#terms = terms;
    this.#now = now;
  }

  of(pair: { readonly cert: string; readonly key: string }): SecureContext {
    const epoch = ticketEpoch(this.#now());
    const known = this.#made.get(pair);
    if (known?.epoch === epoch) return known.context;
    const { minVersion, secret } = this.#terms;
    const { cert, key } = pair;
    const context = createSecureContext({
      ...{ ...terms, cert, key },
      minVersion: `TLSv${minVersion}`,
      ticketKeys: ticketKeys(secret, epoch),
    } as SecureContextOptions);
    this.#made.set(pair, { context, epoch });
    return context;
  }
}
