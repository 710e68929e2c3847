import { isIP } from 'node:net';

/** The name or address in an origin's URL, as a socket takes it: IPv6 without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The port in an origin's URL, or its scheme's own. */
export function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

/**
 * The name that a TLS handshake asks for, and that the certificate must have: the origin's own, whatever Host says (Node would take Host).
 * Nothing for an address, which is no name there, and no dot at its end (RFC 6066 §3); the certificate must have the address then.
 */
export function serverName(url: URL): string {
  const host = hostOf(url);
  return isIP(host) ? '' : host.replace(/\.$/, '');
}
