import { isIP } from 'node:net';
import { certificateBlocksIn, certificateIn, whyNoText } from '../tls/pem.ts';
import type { Authorities } from '../wire/handshake.ts';
import { textIn } from './small-file.ts';
import { InvalidValue } from './values.ts';

/** Reads the file of certificates that is named, or `none`, which is nothing. Throws where not every certificate in it can be used. */
export function authoritiesIn(file: string): Authorities | undefined {
  if (file === 'none') return undefined;
  const pem = pemIn(file);
  const certificates = certificateBlocksIn(pem);
  if (certificates.length === 0) throw new InvalidValue(`${file} ${complaintAbout(pem)}`);
  const broken = certificates.findIndex((text) => certificateIn(text) === undefined);
  if (broken !== -1) {
    throw new InvalidValue(
      `${file} has ${certificates.length} certificates, and the one at place ${broken + 1} can't be read; give it anew`,
    );
  }
  return { file, pem: `${certificates.join('\n')}\n` };
}

function pemIn(file: string): string {
  try {
    return textIn(file);
  } catch (error) {
    throw new InvalidValue(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
  }
}

const such = 'with -----BEGIN CERTIFICATE----- of who signs the certificates of the origins';

function complaintAbout(text: string): string {
  if (text.trim() === '') return `is empty; give a PEM file ${such}`;
  const noText = whyNoText(text, 'x509');
  if (noText !== undefined) return noText;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return `has a private key and no certificate, and keys belong to their servers alone; give a PEM file ${such}`;
  return `has no certificate; give a PEM file ${such}`;
}

/** A name as a certificate has it and TLS sends it (RFC 6066 §3, RFC 1123 §2.1). */
const name = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** Reads the name that origins are asked for over TLS, or `none`, which is nothing. */
export function originNameOrNone(text: string): string | undefined {
  if (text === 'none') return undefined;
  if (name.test(text) && isIP(text) === 0) return text;
  throw new InvalidValue(
    `"${text}" is not a name that a certificate can have; give one such as app.example, without scheme and port, or none`,
  );
}
