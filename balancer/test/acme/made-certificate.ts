import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Certificate } from '../../src/acme/alpn-certificate.ts';
import { identifier, inPlace, integer, sequence, setOf, text, time } from '../../src/acme/der.ts';
import { extension, namesExtension, pem, publicKeyOf, signed, signedBy } from '../../src/acme/x509.ts';

/** What a certificate is made with. */
export interface Making {
  readonly host: string;
  /** Both in ms since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Hexadecimal. */
  readonly serial?: string;
  /** Whose certificate it is, where not a new key's. */
  readonly publicKey?: KeyObject;
}

const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What a certificate made here says of who has signed it. */
export const signerIdentifier = createHash('sha1')
  .update(publicKeyOf(createPublicKey(signer)))
  .digest();

/** A certificate as an authority makes them, PEM. Nobody trusts it. */
export function madeCertificate({ host, notBefore, notAfter, serial = '01', publicKey }: Making): Certificate {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const name = sequence(setOf(sequence(identifier('2.5.4.3'), text('an authority in tests'))));
  const what = sequence(
    inPlace(0, 'joined', integer(Buffer.from([2]))),
    integer(Buffer.from(serial, 'hex')),
    signedBy,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKeyOf(publicKey ?? createPublicKey(own)),
    inPlace(3, 'joined', sequence(namesExtension([host]), extension('2.5.29.35', sequence(inPlace(0, 'simple', signerIdentifier))))),
  );
  return { cert: pem('CERTIFICATE', signed(what, signer)), key: own.export({ type: 'pkcs8', format: 'pem' }) };
}
