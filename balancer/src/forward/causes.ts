import type { Cause, Outcome } from '../exchange.ts';

/** How far an attempt had come when it failed. */
type During = Extract<Outcome, { readonly kind: 'failed' }>['during'];

const byCode: Readonly<Record<string, Cause>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_SOCKET: 'lost',
  ECONNREFUSED: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ECONNABORTED: 'lost',
  EHOSTUNREACH: 'lost',
  ENETUNREACH: 'lost',
  ENETDOWN: 'lost',
  ENOTFOUND: 'lost',
  EAI_AGAIN: 'lost',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  HPE_HEADER_OVERFLOW: 'too-large',
  // This machine has no more descriptors, memory or ports, or doesn't let us connect there.
  EMFILE: 'own',
  ENFILE: 'own',
  ENOBUFS: 'own',
  ENOMEM: 'own',
  EADDRNOTAVAIL: 'own',
  EACCES: 'own',
  EPERM: 'own',
  // Cut from here.
  UND_ERR_DESTROYED: 'own',
  UND_ERR_CLOSED: 'own',
  UND_ERR_ABORTED: 'own',
  // What Node or undici does not let through, and a request that is not as long as its client said.
  ERR_INVALID_CHAR: 'own',
  ERR_INVALID_ARG_TYPE: 'own',
  ERR_INVALID_ARG_VALUE: 'own',
  UND_ERR_INVALID_ARG: 'own',
  UND_ERR_NOT_SUPPORTED: 'own',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'own',
};

type SystemError = Error & { readonly code?: string; readonly syscall?: string };

/**
 * Whose fault it is that an attempt failed, by the error; `isLong` is whether its body was too long to keep. What no row knows is taken
 * for an answer that is no HTTP.
 */
export function causeOf({ code = '', message, syscall }: SystemError, during: During, isLong = false): Cause {
  if (code.startsWith('ERR_HTTP_')) return 'own';
  // undici gives up on a 100 that nobody asked for, which RFC 9110 §15.2.1 lets an origin send.
  if (code === 'UND_ERR_SOCKET' && message === 'bad response') return 'own';
  // The origin wants no more of a body: it has answered, or may have, and the answer (413, say) went down with the connection.
  if (syscall === 'write' && (during === 'answering' || isLong)) return 'own';
  return byCode[code] ?? 'invalid';
}
