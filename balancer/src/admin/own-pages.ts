import type { Request, RequestHandler } from 'express';
import { hasBody, refuse } from './refuse.ts';

/** Methods that change nothing here (RFC 9110 §9.2.1). */
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request asks to change nothing, by its method. */
export function isSafe({ method }: Pick<Request, 'method'>): boolean {
  return safe.has(method);
}

/**
 * Lets a request change something only if a page from here sent it, or no page at all, and only if its body is said to be JSON.
 *
 * Another site's form or script can make a browser send a POST, but not without an `Origin` that names that site; so a request
 * without a body needs no `Content-Type`, and `curl -X POST` is enough. Where there is a body, the type is asked for nevertheless:
 * no page can send JSON elsewhere unless it is allowed to first (CORS), which is a second lock on the same door.
 */
export const ownPagesOnly: RequestHandler = (req, res, next) => {
  if (isSafe(req)) next();
  else if (!isFromHere(req)) refuse(req, res, 403, 'this request comes from another site’s page');
  else if (hasBody(req) && !isJson(req)) refuse(req, res, 415, 'the body is not said to be JSON; give Content-Type: application/json');
  else next();
};

/** A browser says which page a request comes from, by its `Origin` and by how far away that is (Fetch Metadata §2.3). */
function isFromHere({ headers }: Request): boolean {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host.toLowerCase());
  return isOwn && (site === undefined || site === 'same-origin' || site === 'none');
}

function isJson({ headers }: Request): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}
