import { isIP } from 'node:net';

/** Whether an origin is asked over TLS. */
export function isSecure({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'h2:';
}

/** Whether an origin is asked by HTTP/2, and by nothing else: `h2c:` is that without TLS, by prior knowledge (RFC 9113 §3.3), `h2:` over it. */
export function speaksHttp2({ protocol }: URL): boolean {
  return protocol === 'h2c:' || protocol === 'h2:';
}

/** The name or address in an origin's URL, as a socket takes it: IPv6 without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The port in an origin's URL, or its scheme's own. */
export function portOf(url: URL): number {
  return Number(url.port || (isSecure(url) ? 443 : 80));
}

/**
 * The name that a TLS handshake asks for, and that the certificate must have: the origin's own, whatever Host says (Node would take Host).
 * Nothing for an address, which is no name there, and no dot at its end (RFC 6066 §3); the certificate must have the address then.
 */
export function serverName(url: URL): string {
  const host = hostOf(url);
  return isIP(host) ? '' : host.replace(/\.$/, '');
}
