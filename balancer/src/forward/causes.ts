import type { Cause, Outcome } from '../brain/exchange/outcome.ts';

/** How far an attempt had come when it failed. */
type During = Extract<Outcome, { readonly kind: 'failed' }>['during'];

const byCode: Readonly<Record<string, Cause>> = {
  LATE_CONNECTION: 'timeout',
  LATE_ANSWER: 'timeout',
  SILENT: 'timeout',
  ETIMEDOUT: 'timeout',
  CLOSED: 'lost',
  ECONNREFUSED: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ECONNABORTED: 'lost',
  EHOSTUNREACH: 'lost',
  ENETUNREACH: 'lost',
  ENETDOWN: 'lost',
  ENOTFOUND: 'lost',
  EAI_AGAIN: 'lost',
  LONG_HEAD: 'too-large',
  // This machine has no more descriptors, memory or ports, or doesn't let us connect there.
  EMFILE: 'own',
  ENFILE: 'own',
  ENOBUFS: 'own',
  ENOMEM: 'own',
  EADDRNOTAVAIL: 'own',
  EACCES: 'own',
  EPERM: 'own',
  // Cut from here.
  CUT: 'own',
  // What Node does not let through.
  ERR_INVALID_CHAR: 'own',
  ERR_INVALID_ARG_TYPE: 'own',
  ERR_INVALID_ARG_VALUE: 'own',
};

type SystemError = Error & { readonly code?: string; readonly syscall?: string };

/**
 * Whose fault it is that an attempt failed, by the error; `isLong` is whether its body was too long to keep. What no row knows is taken
 * for an answer that is no HTTP.
 */
export function causeOf({ code = '', syscall }: SystemError, during: During, isLong = false): Cause {
  if (code.startsWith('ERR_HTTP_')) return 'own';
  // The origin wants no more of a body: it has answered, or may have, and the answer (413, say) went down with the connection.
  if (syscall === 'write' && (during === 'answering' || isLong)) return 'own';
  return byCode[code] ?? 'invalid';
}
