import { type KeyObject, sign } from 'node:crypto';
import { bits, bytes, identifier, inPlace, sequence, yes } from './der.ts';

/** ECDSA with SHA-256 (RFC 5758 §3.2), which all certificates and requests here are signed by. */
export const signedBy = sequence(identifier('1.2.840.10045.4.3.2'));

/** Something and its signature: what a certificate and a request have in common. */
export function signed(what: Buffer, key: KeyObject): Buffer {
  return sequence(what, signedBy, bits(sign('sha256', what, key)));
}

/** A public key, with what kind it is (SubjectPublicKeyInfo). */
export function publicKeyOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** An extension; who doesn't know a critical one must not take the certificate (RFC 5280 §4.2). */
export function extension(name: string, value: Buffer, kind?: 'critical'): Buffer {
  return sequence(identifier(name), ...(kind === 'critical' ? [yes()] : []), bytes(value));
}

/** The extension with the names that a certificate is for (RFC 5280 §4.2.1.6). */
export function namesExtension(hosts: readonly string[]): Buffer {
  return extension('2.5.29.17', sequence(...hosts.map((host) => inPlace(2, 'simple', Buffer.from(host, 'ascii')))));
}

/** DER as text between two lines that name it (RFC 7468). */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
