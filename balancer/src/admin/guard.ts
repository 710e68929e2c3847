import { type RequestHandler, Router } from 'express';
import { knownHosts, wellFormedHost } from './hosts.ts';
import { ownPagesOnly } from './own-pages.ts';
import { bearerOf } from './token.ts';

/** Who may use the admin side. */
export interface GuardParts {
  /** The SHA-256 (in hex) of the token that is asked for; missing where none is. */
  readonly tokenHash: string | undefined;
  /** The address or name that the admin side listens on. */
  readonly host: string;
}

/** What supervisors ask before they know anything of hosts or tokens, and what tells nothing but yes or no. */
const forEverybody: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/**
 * Stands before everything that the admin side shows and steers. `/healthz` and `/readyz` are for everybody; `/api/…` and `/metrics`
 * for who knows the token, if there is one; without one, only names that no stranger can have made are answered (see `knownHosts`).
 * What changes something comes from the admin side's own page or from no page at all (see `ownPagesOnly`).
 */
export function guard({ tokenHash, host }: GuardParts): Router {
  const guarded = Router();
  guarded.use(wellFormedHost);
  if (tokenHash === undefined) guarded.use(knownHosts(host));
  else guarded.use(secrets, bearerOf(tokenHash));
  guarded.use(ownPagesOnly);

  const router = Router();
  router.use(commonFields);
  router.use(secrets, neverStored);
  router.use((req, res, next) => (forEverybody.has(req.path) ? next() : guarded(req, res, next)));
  return router;
}

/** Where there is something to keep; a router's `use` takes letters of either case for the same, as its routes do. */
const secrets = ['/api', '/metrics'];

/** No browser guesses at types, tells other sites where it was, or lets their pages embed what is here. */
const commonFields: RequestHandler = (_req, res, next) => {
  res.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Resource-Policy': 'same-origin' });
  next();
};

const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
