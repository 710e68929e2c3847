import { type RequestHandler, Router } from 'express';
import type { Access } from './access.ts';
import { addressOf, mayAsk } from './callers.ts';
import { knownHosts, wellFormedHost } from './hosts.ts';
import { lookingOnly } from './modes.ts';
import { noteChanges } from './note-changes.ts';
import { ownPagesOnly } from './own-pages.ts';
import { asked, refuse } from './refuse.ts';
import { bearerOf, type Later } from './token.ts';
import { VainTries } from './vain-tries.ts';

/** What a guard works with. */
export interface GuardParts {
  /** Who may use the admin side now; its host stays. */
  readonly access: () => Access;
  /** Told of who tried in vain, and of who changed what. */
  readonly note: (message: string) => void;
  /** How wrong tokens wait; by a timer where it is missing. */
  readonly later?: Later;
}

/** What supervisors ask before they know anything of hosts or tokens, and what tells nothing but yes or no. */
const forEverybody: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/**
 * Stands before everything that the admin side shows and steers. `/healthz` and `/readyz` are for everybody; all else is for the
 * addresses that may ask (see `mayAsk`); `/api/…` and `/metrics` for who knows the token, if there is one; without one, only names
 * that no stranger can have made are answered (see `knownHosts`). What changes something comes from the admin side's own page or from
 * no page at all (see `ownPagesOnly`), and only where anything may be changed.
 */
export function guard({ access, note, later }: GuardParts): Router {
  const tries = new VainTries(() => performance.now(), note);
  const byName = knownHosts(access().host);
  const byToken = bearerOf(() => ({ ...access(), tokenHash: access().tokenHash ?? '' }), tries, later);
  const hasToken = () => access().tokenHash !== undefined;

  const guarded = Router();
  guarded.use(knownCallers(access, tries), noted(wellFormedHost, tries));
  guarded.use(noted((req, res, next) => (hasToken() ? next() : byName(req, res, next)), tries));
  guarded.use(secrets, (req, res, next) => (hasToken() ? byToken(req, res, next) : next()));
  guarded.use(noted(ownPagesOnly, tries), lookingOnly(access), noteChanges(hasToken, note));

  const router = Router();
  router.use(commonFields);
  router.use(secrets, neverStored);
  router.use((req, res, next) => (forEverybody.has(req.path) ? next() : guarded(req, res, next)));
  return router;
}

/** Where there is something to keep; a router's `use` takes letters of either case for the same, as its routes do. */
const secrets = ['/api', '/metrics'];

/** Lets through who asks from an address that may. */
function knownCallers(access: () => Access, tries: VainTries): RequestHandler {
  return (req, res, next) => {
    const { callers } = access();
    if (!callers || mayAsk(callers, req.socket)) return next();
    const address = addressOf(req.socket);
    tries.count(address, `asked for ${asked(req)} and may not, by --admin-allow`);
    refuse(req, res, 403, `the admin side is not for ${address}; --admin-allow (ADMIN_ALLOW) says who may ask it`);
  };
}

/** The same handler; whom it doesn't let through counts as having tried in vain. */
function noted(handler: RequestHandler, tries: VainTries): RequestHandler {
  return (req, res, next) => {
    let isThrough = false;
    handler(req, res, () => {
      isThrough = true;
      next();
    });
    if (!isThrough) tries.count(addressOf(req.socket), `asked for ${asked(req)} and was refused: ${res.statusCode}`);
  };
}

/** No browser guesses at types, tells other sites where it was, or lets their pages embed what is here. */
const commonFields: RequestHandler = (_req, res, next) => {
  res.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Resource-Policy': 'same-origin' });
  next();
};

const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
