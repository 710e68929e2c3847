import { X509Certificate } from 'node:crypto';

/** A certificate as PEM has it (RFC 7468 §5), whatever stands around it; or what there is of one that breaks off. */
const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?(?:-----END CERTIFICATE-----|$)/g;

/** The certificates in a text, each as PEM, whether or not it can be read. */
export function certificateBlocksIn(text: string): readonly string[] {
  return text.match(certificateBlock) ?? [];
}

/** A certificate out of its PEM; nothing where it can't be read. */
export function certificateIn(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

/** What is wrong with a file that is no text, as DER isn't; nothing where it is one. `what` is what openssl calls what should be in it. */
export function whyNoText(text: string, what: 'x509' | 'pkey'): string | undefined {
  // What stands for bytes that are no text.
  if (!text.includes('\uFFFD')) return undefined;
  return `is no text, as PEM is; where it is DER, make one with openssl ${what} -inform der -in FILE -out FILE.pem`;
}
