import { createPublicKey, type KeyObject } from 'node:crypto';
import { identifier, inPlace, integer, sequence, setOf } from './der.ts';
import { namesExtension, publicKeyOf, signed } from './x509.ts';

/**
 * Asks for a certificate of those hosts for a key (PKCS#10, RFC 2986), in DER. The hosts stand in the extension alone, as authorities
 * want it today: a subject has room for one name of 64 letters.
 */
export function certificateRequest(hosts: readonly string[], key: KeyObject): Buffer {
  const version = integer(Buffer.from([0]));
  const extensions = sequence(identifier('1.2.840.113549.1.9.14'), setOf(sequence(namesExtension(hosts))));
  return signed(sequence(version, sequence(), publicKeyOf(createPublicKey(key)), inPlace(0, 'joined', extensions)), key);
}
