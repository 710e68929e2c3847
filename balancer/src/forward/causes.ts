import type { Cause, Outcome } from '../brain/exchange/outcome.ts';

/** How far an attempt had come when it failed. */
type During = Extract<Outcome, { readonly kind: 'failed' }>['during'];

const byCode: Readonly<Record<string, Cause>> = {
  LATE_CONNECTION: 'timeout',
  LATE_HANDSHAKE: 'timeout',
  LATE_SETTINGS: 'timeout',
  LATE_ANSWER: 'timeout',
  SILENT: 'timeout',
  ETIMEDOUT: 'timeout',
  CLOSED: 'lost',
  RESET: 'lost',
  ECONNREFUSED: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ECONNABORTED: 'lost',
  EHOSTUNREACH: 'lost',
  ENETUNREACH: 'lost',
  ENETDOWN: 'lost',
  ENOTFOUND: 'lost',
  EAI_AGAIN: 'lost',
  INVALID: 'invalid',
  CHATTY: 'invalid',
  NO_HTTP2: 'invalid',
  REFUSED: 'refused',
  LONG_HEAD: 'too-large',
  // This machine has no more descriptors, memory or ports, or doesn't let us connect there.
  EMFILE: 'own',
  ENFILE: 'own',
  ENOBUFS: 'own',
  ENOMEM: 'own',
  EADDRNOTAVAIL: 'own',
  EACCES: 'own',
  EPERM: 'own',
  // A request asks for what can't be had by HTTP/2 there.
  NO_WEB_SOCKETS: 'own',
  // Cut from here.
  CUT: 'own',
};

type SystemError = Error & { readonly code?: string; readonly syscall?: string };

/**
 * Whose fault it is that an attempt failed, by the error; `isLong` is whether its body was too long to keep. An error without a
 * code is a mistake of the balancer's own, and so is what Node says of how it is used, but for TLS; what else no row knows is taken for an
 * answer that is no HTTP.
 */
export function causeOf({ code = '', syscall }: SystemError, during: During, isLong = false): Cause {
  if (code === '' || /^ERR_(?!TLS_|SSL_|OSSL_)/.test(code)) return 'own';
  // The origin wants no more of a body: it has answered, or may have, and the answer (413, say) went down with the connection.
  if (syscall === 'write' && (during === 'answering' || isLong)) return 'own';
  return byCode[code] ?? 'invalid';
}
