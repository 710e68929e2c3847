import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { AdminAllow } from './admin-allow.ts';
import { InvalidValue } from './values.ts';

/**
 * Who may use the admin side: whoever knows the token with that SHA-256 (in hex); everybody, because nobody but this machine
 * reaches it (`none`); or everybody, because something else guards it (`open`). The token itself is forgotten once it is read, so
 * that nothing can print it.
 */
export type AdminToken = 'none' | 'open' | { readonly sha256: string };

/** Reads a token, or one of the two words, which are too short to be one. What it complains about, it doesn't repeat: it may be a secret. */
export function adminToken(text: string): AdminToken {
  if (text === 'none' || text === 'open') return text;
  if (!/^[!-~]{16,512}$/.test(text)) {
    throw new InvalidValue(
      'what is given is no token; give 16 to 512 visible ASCII characters, such as `openssl rand -hex 16` prints, or none, or open',
    );
  }
  return { sha256: createHash('sha256').update(text).digest('hex') };
}

/** Reads a token that may look only, or `none`. */
export function adminReadToken(text: string): Exclude<AdminToken, 'open'> {
  const token = adminToken(text);
  if (token === 'open') throw new InvalidValue('"open" is no token; --admin-token says whether one is needed at all');
  return token;
}

/** What is wrong with the token that reads beside the one that steers, in a sentence; nothing if they fit. */
export function problemWithReadToken(read: AdminToken, steer: AdminToken): string | undefined {
  if (typeof read === 'string') return undefined;
  if (typeof steer === 'string') return 'needs an --admin-token beside it, which steers; without one nobody is asked for a token';
  return read.sha256 === steer.sha256 ? 'is the same as --admin-token, which steers; give another' : undefined;
}

/** What is wrong with an admin side at that address, with that token and for those callers, in a sentence; nothing if it can be used. */
export function problemWithExposure(host: string, token: AdminToken, allow: AdminAllow): string | undefined {
  if (token !== 'none' || allow !== 'all' || isLoopback(host)) return undefined;
  const way =
    'give an --admin-token of 16 or more characters, --admin-allow with the addresses that may ask, or --admin-token open where something else guards the port';
  return `"${host}" lets other machines reach the admin side, and nothing asks who they are; ${way}`;
}

/** Whether an address to listen on is one that only this machine reaches (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3). */
function isLoopback(host: string): boolean {
  return host === '::1' || host.toLowerCase() === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}
