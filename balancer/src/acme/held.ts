import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Certificate } from './alpn-certificate.ts';
import { base64url } from './jws.ts';

/** A certificate that is there, and what matters of it. */
export interface Held extends Certificate {
  /** Both in ms since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** What an authority calls it when asked when to renew it (RFC 9773 §4.1); missing where it doesn't say who made it. */
  readonly name: string | undefined;
}

/** Reads a certificate with its key; throws with what is wrong with it for that host, in a few words. */
export function heldOf({ cert, key }: Certificate, host: string): Held {
  const leaf = new X509Certificate(cert);
  if (leaf.checkHost(host, { subject: 'never' }) === undefined) throw new Error(`it is not for ${host}`);
  if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new Error('its key is another one’s');
  return { cert, key, notBefore: leaf.validFromDate.getTime(), notAfter: leaf.validToDate.getTime(), name: nameOf(leaf) };
}

/** The identifier and the header of the extension that says whose key has signed it, as DER has them (RFC 5280 §4.2.1.1). */
const authorityKeyIdentifier = Buffer.from('0603551d23', 'hex');

/** The key that has signed it, and its number: what tells certificates of all authorities apart (RFC 9773 §4.1). */
function nameOf({ raw, serialNumber }: X509Certificate): string | undefined {
  const at = raw.indexOf(authorityKeyIdentifier);
  // Behind the identifier: OCTET STRING, SEQUENCE, [0] with the key's identifier, each with a length of one byte.
  const place = at + authorityKeyIdentifier.length + 4;
  const length = raw[place + 1];
  if (at < 0 || raw[place] !== 0x80 || length === undefined) return undefined;
  const hex = serialNumber.padStart(serialNumber.length + (serialNumber.length % 2), '0');
  // The number as DER has it: with a zero in front where it would look negative.
  const serial = Buffer.from(Number.parseInt(hex.slice(0, 2), 16) > 127 ? `00${hex}` : hex, 'hex');
  return `${base64url(raw.subarray(place + 2, place + 2 + length))}.${base64url(serial)}`;
}
