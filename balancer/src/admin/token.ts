import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { addressOf } from './callers.ts';
import { isSafe } from './own-pages.ts';
import { asked, refuse } from './refuse.ts';
import type { VainTries } from './vain-tries.ts';

/** The tokens that are asked for: the SHA-256 (in hex) of each. */
export interface Tokens {
  /** Of the one that may do everything. */
  readonly tokenHash: string;
  /** Of the one that may look only; missing where there is none. */
  readonly readTokenHash?: string | undefined;
}

/** Calls back after so many ms; the returned function takes that back. */
export type Later = (ms: number, call: () => void) => () => void;

/** The first wrong token of an address is answered after this, the next ones each after twice as long, in ms. */
const firstWait = 250;
const longestWait = 4000;

/**
 * Lets through who gives a token as `Authorization: Bearer TOKEN` (RFC 6750 §2.1): the one that steers, or for what changes nothing the
 * one that reads. Hashes are compared, in constant time, so that the time an answer takes tells nothing about the token. A wrong one
 * is counted, and told so late, and later each time; a right one never waits, whoever else tries at the same address.
 */
export function bearerOf(tokens: () => Tokens, tries: VainTries, later: Later = byTimer): RequestHandler {
  return (req, res, next) => {
    const [, token] = /^bearer +([!-~]+)$/i.exec(req.headers.authorization ?? '') ?? [];
    if (token === undefined) return refuseToken(req, res, 'no token came with this');
    const right = rightOf(token, tokens());
    if (right === 'steer' || (right === 'read' && isSafe(req))) return next();
    if (right === 'read') {
      tries.count(addressOf(req.socket), `asked for ${asked(req)} with the token that reads`);
      return refuse(req, res, 403, 'this token reads; to change something, give the one that steers (--admin-token)');
    }
    const count = tries.count(addressOf(req.socket), `gave a wrong token for ${asked(req)}`);
    const wait = Math.min(longestWait, firstWait * 2 ** Math.min(count - 1, 10));
    res.once(
      'close',
      later(wait, () => refuseToken(req, res, 'that is not the token')),
    );
  };
}

function refuseToken(req: Request, res: Response, problem: string): void {
  res.set('WWW-Authenticate', 'Bearer realm="balancer"');
  refuse(req, res, 401, `${problem}; give ${way}`);
}

const way = 'the one that the balancer was started with (--admin-token) as Authorization: Bearer TOKEN';

/** What a token may do; nothing if it is none of the two. */
function rightOf(token: string, { tokenHash, readTokenHash }: Tokens): 'steer' | 'read' | undefined {
  if (isOf(token, tokenHash)) return 'steer';
  return readTokenHash !== undefined && isOf(token, readTokenHash) ? 'read' : undefined;
}

function isOf(token: string, hash: string): boolean {
  return timingSafeEqual(createHash('sha256').update(token).digest(), Buffer.from(hash, 'hex'));
}

function byTimer(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}
