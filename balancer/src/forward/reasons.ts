import { handshakeAdvice, handshakeFailure } from '../wire/handshake-failures.ts';

/** Why an attempt failed, in a few words. What the system says (ECONNREFUSED and the like) stays as it is: everybody can look that up. */
export function reasonOf(error: Error & { readonly code?: string }): string {
  const { code = '', message } = error;
  if (code === 'INVALID') return `no valid HTTP: ${message}`;
  if (code === 'RESET') return `stream ended with ${message}`;
  if (code === 'CLOSED' && message.startsWith('GOAWAY')) return `connection closed, ${message}`;
  return byCode[code] ?? handshakeFailure(error) ?? (code || message);
}

/** By the trouble's code. */
const byCode: Readonly<Record<string, string>> = {
  LATE_CONNECTION: 'no connection in time',
  LATE_HANDSHAKE: 'no TLS handshake in time',
  LATE_SETTINGS: 'no HTTP/2 in time',
  NO_WEB_SOCKETS: 'no WebSockets over HTTP/2 there',
  REFUSED: 'refused by the origin before it began',
  LATE_ANSWER: 'no answer in time',
  SILENT: 'silent for too long',
  CLOSED: 'connection closed',
  CUT: 'cut by the balancer',
  LONG_HEAD: 'header over --max-answer-header',
  CHATTY: 'too many interim answers',
};

/**
 * Makes a function that is told why something failed at an origin, and notes what would help where no other attempt does: once for each
 * origin and advice.
 */
export function adviser(note: (message: string) => void): (origin: string, reason: string) => void {
  const given = new Set<string>();
  return (origin, reason) => {
    const advice = handshakeAdvice(reason);
    const message = `${origin}: ${advice}`;
    if (advice === undefined || given.has(message)) return;
    given.add(message);
    note(message);
  };
}
