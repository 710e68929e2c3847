import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { refuse } from './refuse.ts';

/** A host and an optional port, as `Host` has them (RFC 9110 §7.2): an address in brackets, or a name or IPv4 address. */
const hostForm = /^(?:\[([\da-f:.]+)\]|([\w.~!$&'()*+;=%-]+))(?::\d*)?$/i;

/** The host that a `Host` field names, in lower case and without port, brackets and the dot of an absolute name; nothing if it is none. */
export function hostIn(field: string): string | undefined {
  const [, address, name] = hostForm.exec(field) ?? [];
  return (address ?? name?.replace(/\.$/, ''))?.toLowerCase();
}

/** Refuses a request that doesn't say, once and clearly, which host it is for (RFC 9112 §3.2). */
export const wellFormedHost: RequestHandler = (req, res, next) => {
  const count = req.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (count === 1 && hostIn(req.headers.host ?? '') !== undefined) next();
  else refuse(req, res, 400, 'exactly one Host is needed, and it must be a host name or address, with or without a port');
};

/**
 * Answers only where it is called by an address, as localhost or by the name that it was told to listen on. Whoever owns any other
 * name can have it lead to this machine for a moment (DNS rebinding); a browser would then take their page for one from here.
 */
export function knownHosts(ownName: string): RequestHandler {
  const own = hostIn(ownName);
  return (req, res, next) => {
    const host = hostIn(req.headers.host ?? '') ?? '';
    if (isIP(host) > 0 || host === 'localhost' || host.endsWith('.localhost') || host === own) next();
    else refuse(req, res, 421, `the admin side does not answer as "${host.slice(0, 100)}"; ${ways}`);
  };
}

const ways =
  'call it by its IP address or as localhost, or start the balancer with this name as --admin-host, or with an --admin-token, which makes any name right';
