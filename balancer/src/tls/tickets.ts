import { keyFor } from './derive.ts';

/** How long the key of session tickets stays the same, in ms: whoever gets hold of one can read what TLS 1.2 said in its sessions of that time. */
const keyLife = 12 * 3_600_000;

/** How long a client may come back to its session, in s. */
export const sessionLife = 7200;

/** Which key is in use at a time, in ms since 1970. All who have the secret change it at the same moment, without a word to each other. */
export function ticketEpoch(now: number): number {
  return Math.floor(now / keyLife);
}

/**
 * The key of session tickets (RFC 5077, RFC 8446 §4.6.1) in an epoch: 16 bytes for its name, 16 and 16 to sign and encrypt with, as Node takes
 * them. There is one at a time: a session from before the change begins anew by a whole handshake.
 */
export function ticketKeys(secret: string, epoch: number): Buffer {
  return keyFor(`session tickets ${epoch}`, secret, 48);
}
