import type { Socket } from 'node:net';
import { type ConnectionOptions, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { serverName, speaksHttp2 } from './address.ts';
import { Trouble } from './trouble.ts';

/** Whom one believes that an origin is who it says: the certificates in a file. */
export interface Authorities {
  readonly file: string;
  /** The text of that file: certificates as PEM. */
  readonly pem: string;
}

/** How an origin over TLS has to show who it is. */
export interface HandshakeTerms {
  /** The name that it is asked for and that its certificate must have; without one, the name or address in its URL. */
  readonly name: string | undefined;
  /** Who may have signed its certificate; without them, those that Node.js trusts (and `NODE_EXTRA_CA_CERTS`). */
  readonly authorities: Authorities | undefined;
  /** Whether its certificate is looked at. */
  readonly isChecked: boolean;
}

/** An origin shows who it is by its own name, to those whom everybody trusts. */
export const usualTerms: HandshakeTerms = { name: undefined, authorities: undefined, isChecked: true };

/**
 * What a TLS connection to an origin is made with. It offers the one version of HTTP that the origin is listed for, also where that prefers
 * another (ALPN, RFC 7301), and whether certificates are checked is never left to the environment.
 */
export function handshakeWith(url: URL, { name, authorities, isChecked }: HandshakeTerms) {
  return {
    servername: name ?? serverName(url),
    ALPNProtocols: [speaksHttp2(url) ? 'h2' : 'http/1.1'],
    rejectUnauthorized: isChecked,
    secureContext: contextOf(authorities),
  } satisfies ConnectionOptions;
}

/**
 * What is wrong with what a handshake has agreed on; nothing where it can be gone on. HTTP/2 needs that both say so (RFC 9113 §3.2), while
 * who says nothing speaks HTTP/1.1.
 */
export function speechTrouble(url: URL, socket: Socket): Trouble | undefined {
  const isAgreed = url.protocol !== 'h2:' || (socket as TLSSocket).alpnProtocol === 'h2';
  return isAgreed ? undefined : new Trouble('NO_HTTP2');
}

/** Reading a hundred certificates takes milliseconds, so that this is done once and not for each connection. */
const contexts = new WeakMap<Authorities, SecureContext>();
let usual: SecureContext | undefined;

function contextOf(authorities: Authorities | undefined): SecureContext {
  if (authorities === undefined) {
    usual ??= createSecureContext();
    return usual;
  }
  let context = contexts.get(authorities);
  if (!context) {
    // Who is in the file is believed, also where another has signed him in turn.
    context = createSecureContext({ ca: authorities.pem, allowPartialTrustChain: true });
    contexts.set(authorities, context);
  }
  return context;
}
