import type { SecureContext, TLSSocketOptions } from 'node:tls';
import type { HandshakeEnd } from '../../brain/pool/ledger-head.ts';
import type { Arrival } from './arrival.ts';
import type { Step } from './entrance.ts';
import { asksForProof, isHello, isWholeHello, speaksTls } from './tls-hello.ts';
import { TlsSocket } from './tls-socket.ts';
import { looksLikeHttp, plainToTls } from './wrong-protocol.ts';

/** Which certificate is shown to whom. */
export interface Certificates {
  /** For who names nobody; nothing where there is no certificate yet. */
  readonly first: SecureContext | undefined;
  /** Whether all are shown the same. */
  readonly isOne: boolean;
  named(name: string): SecureContext | undefined;
  /** Whether an authority may ask for a proof that one has a name. */
  readonly hasProofs: boolean;
  proof(name: string): SecureContext | undefined;
}

/** What handshakes are made with. */
export interface HandshakeParts {
  readonly certificates: () => Certificates;
  /** What may be spoken behind it, the best first (ALPN, RFC 7301). */
  readonly protocols: readonly string[];
  /** The longest that one may take, in ms. */
  readonly within: number;
  /** Told of each end; and of one that failed, whose it was and why, in a few words. */
  readonly ended: (end: HandshakeEnd, client: string, reason: string) => void;
}

/** The protocol by which an authority asks for a proof (RFC 8737). */
const proving = 'acme-tls/1';

/** Has TLS spoken on a connection: makes the handshake. Who speaks plain HTTP is told so. */
export function tlsHandshake(parts: HandshakeParts): Step {
  return (arrival) => secured(arrival, parts);
}

async function secured(arrival: Arrival, parts: HandshakeParts): Promise<boolean> {
  const end = performance.now() + parts.within;
  const { remoteAddress = '' } = arrival.socket;
  const shown = parts.certificates();
  const hello = await helloOf(arrival, shown, parts);
  if (!hello) return false;
  const isProof = shown.hasProofs && asksForProof(hello);
  const options = isProof ? provingWith(shown) : speakingWith(shown, parts.protocols);
  const socket = options ? new TlsSocket(arrival.socket, options) : undefined;
  if (!socket) return over(arrival, parts, 'there is no certificate yet');
  arrival.goesOver(socket);
  const problem = await handshake(socket, end - performance.now());
  if (problem !== undefined) return over(arrival, parts, problem, remoteAddress);
  parts.ended(socket.isSessionReused() ? 'resumed' : 'done', '', '');
  // An authority asks for a certificate, and for nothing else.
  if (isProof) arrival.end();
  return !isProof;
}

const late = 'it took too long';

/** What a client says first; nothing where that is not what TLS begins with, and then it is over. */
async function helloOf(arrival: Arrival, shown: Certificates, parts: HandshakeParts): Promise<Buffer | undefined> {
  const first = await arrival.first(shown.hasProofs ? isWholeHello : isHello, parts.within);
  if (typeof first === 'string') over(arrival, parts, first === 'late' ? late : undefined);
  else if (speaksTls(first)) return first;
  else if (looksLikeHttp(first)) arrival.reject(plainToTls);
  else over(arrival, parts, 'what came first is no TLS');
  return undefined;
}

function speakingWith(shown: Certificates, protocols: readonly string[]): TLSSocketOptions | undefined {
  const { first, isOne } = shown;
  if (!first) return undefined;
  const choosing: TLSSocketOptions = isOne ? {} : { SNICallback: (name, choose) => choose(null, shown.named(name)) };
  return { secureContext: first, ALPNProtocols: [...protocols], ...choosing };
}

/** The first certificate may be ordered by this very proof: there need not be any yet. */
function provingWith(shown: Certificates): TLSSocketOptions {
  const { first } = shown;
  const SNICallback: TLSSocketOptions['SNICallback'] = (name, choose) => {
    const proof = shown.proof(name);
    choose(proof ? null : new Error('no proof of this name is asked for'), proof);
  };
  return { ...(first ? { secureContext: first } : {}), ALPNProtocols: [proving], SNICallback };
}

/** Resolves once it is done; with what went wrong, if something did. */
function handshake(socket: TlsSocket, within: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const finish = (problem?: string) => {
      clearTimeout(timer);
      socket.off('_tlsError', fail).off('close', leave).off('secure', succeed);
      resolve(problem);
    };
    const fail = (error: Error) => finish(reasonOf(error));
    const leave = () => finish('the client left');
    const succeed = () => {
      socket.release();
      // What comes now waits for who speaks HTTP.
      socket.pause();
      finish();
    };
    const timer = setTimeout(finish, within, late);
    socket.once('_tlsError', fail).once('close', leave).once('secure', succeed);
  });
}

/** What OpenSSL says, without the places in its code. */
function reasonOf({ message, ...error }: Error & { readonly reason?: string; readonly code?: string }): string {
  return error.reason ?? error.code ?? message;
}

/** It is over before HTTP began. */
function over(arrival: Arrival, { ended }: HandshakeParts, reason: string | undefined, client = arrival.socket.remoteAddress ?? ''): false {
  if (reason !== undefined) ended('failed', client, reason);
  arrival.end();
  return false;
}
