import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { bytes, identifier, inPlace, integer, sequence, setOf, text, time } from './der.ts';
import { extension, namesExtension, pem, publicKeyOf, signed, signedBy } from './x509.ts';

/** A certificate and its key, both PEM. */
export interface Certificate {
  /** Its own first, then those in between. */
  readonly cert: string;
  readonly key: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * What a host shows to whoever asks for `acme-tls/1` by ALPN, to prove that it is in our hands (RFC 8737 §3): a certificate that it signed
 * itself, for that name alone, with a hash of the key authorization in it. `now` in ms since 1970.
 */
export function alpnCertificate(host: string, keyAuthorization: string, now: number): Certificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const hash = createHash('sha256').update(keyAuthorization).digest();
  const name = sequence(setOf(sequence(identifier('2.5.4.3'), text('ACME challenge'))));
  const what = sequence(
    inPlace(0, 'joined', integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    signedBy,
    name,
    sequence(time(now - day), time(now + 7 * day)),
    name,
    publicKeyOf(createPublicKey(privateKey)),
    inPlace(3, 'joined', sequence(namesExtension([host]), extension('1.3.6.1.5.5.7.1.31', bytes(hash), 'critical'))),
  );
  return { cert: pem('CERTIFICATE', signed(what, privateKey)), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}
