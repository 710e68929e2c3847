import { hkdfSync } from 'node:crypto';

/**
 * A key for one purpose, from a secret (HKDF, RFC 5869): who has the one for this knows nothing of the one for that. Balancers with the
 * same secret have the same keys.
 */
export function keyFor(purpose: string, secret: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `load-balancer-explained ${purpose}`, length));
}
