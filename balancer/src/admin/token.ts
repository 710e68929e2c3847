import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { refuse } from './refuse.ts';

/**
 * Lets through who gives the token with that SHA-256 (in hex) as `Authorization: Bearer TOKEN` (RFC 6750 §2.1). Hashes are compared,
 * in constant time, so that the time an answer takes tells nothing about the token.
 */
export function bearerOf(tokenHash: () => string): RequestHandler {
  return (req, res, next) => {
    const right = Buffer.from(tokenHash(), 'hex');
    const [, token] = /^bearer +([!-~]+)$/i.exec(req.headers.authorization ?? '') ?? [];
    if (token !== undefined && timingSafeEqual(createHash('sha256').update(token).digest(), right)) {
      next();
      return;
    }
    res.set('WWW-Authenticate', 'Bearer realm="balancer"');
    refuse(req, res, 401, `${token === undefined ? 'no token came with this' : 'that is not the token'}; give ${way}`);
  };
}

const way = 'the one that the balancer was started with (--admin-token) as Authorization: Bearer TOKEN';
