import { isIP, isIPv4, SocketAddress } from 'node:net';

/**
 * An IP address in the one form in which it is compared, logged and hashed: IPv6 as RFC 5952 writes it, without a zone, and an IPv4
 * address in IPv6's clothes (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) as IPv4. What is no address stays as it is.
 */
export function plainAddress(text: string): string {
  if (isIP(text) !== 6) return text;
  const { address } = new SocketAddress({ address: text.split('%', 1)[0] as string, family: 'ipv6' });
  const inside = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : '';
  return isIPv4(inside) ? inside : address;
}

/** `203.0.113.7`, `203.0.113.7:51111`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`, in quotes or not. */
const nodeForm = /^"?(?:\[([^\]]*)\](?::[\w.-]+)?|([^:]*):[\w.-]+|([^"]*))"?$/;

/** The address in an entry of X-Forwarded-For, or in a node name of RFC 7239 §6, without its port; nothing where there is none. */
export function addressIn(entry: string): string | undefined {
  const [, bracketed, beforePort, bare] = nodeForm.exec(entry.trim()) ?? [];
  const address = bracketed ?? beforePort ?? bare ?? '';
  return isIP(address) ? plainAddress(address) : undefined;
}

/** An address as a node name of RFC 7239 §6: IPv6 goes into brackets and quotes, and who isn't known is `unknown`. */
export function nodeName(address: string | undefined): string {
  if (!address) return 'unknown';
  return address.includes(':') ? `"[${address}]"` : address;
}
