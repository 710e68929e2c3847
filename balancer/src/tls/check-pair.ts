import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { namesIn } from './names.ts';
import type { CertificatePair } from './pair.ts';
import { certificateBlocksIn, certificateIn, whyNoText } from './pem.ts';

/** The texts of two files, which may be one, and their paths. */
export interface PairTexts {
  readonly file: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly key: string;
}

/** What is wrong with a pair: with which of the two, in a sentence that begins with the file; and whether they only don't belong together. */
export interface PairProblem {
  readonly of: 'cert' | 'key';
  readonly problem: string;
  /** So it is for a moment while one is replaced after the other. */
  readonly isMismatch?: boolean;
}

/** A private key, of whatever kind; or what there is of one that breaks off. */
const keyBlock = /-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/;

/** Reads a certificate with its chain and its key as PEM, and makes sure that clients can be served with them at that time, in ms since 1970. */
export function checkedPair({ file, cert, keyFile, key }: PairTexts, now: number): CertificatePair | readonly PairProblem[] {
  const chain = chainIn(file, cert);
  const own = keyIn(keyFile, key);
  const problems = [chain, own].filter((read) => 'problem' in read);
  if (!('certificates' in chain) || !('object' in own)) return problems;
  const { certificates } = chain;
  const [first] = certificates;
  if (!first) throw new Error('a chain has at least one certificate');
  const problem =
    mismatchOf(certificates, own.object, { file, keyFile }) ?? complaintAboutChain(certificates, file) ?? wrongIn(first, file, now);
  if (problem) return [problem];
  const pair = {
    ...{ file, keyFile, cert: chain.pem, key: own.pem, names: namesIn(first) },
    ...{ begins: first.validFromDate.getTime(), expires: first.validToDate.getTime() },
  };
  return refusedByTls(pair) ?? pair;
}

interface Chain {
  readonly certificates: readonly X509Certificate[];
  readonly pem: string;
}

function chainIn(file: string, text: string): Chain | PairProblem {
  const complain = (problem: string): PairProblem => ({ of: 'cert', problem: `${file} ${problem}` });
  const blocks = certificateBlocksIn(text);
  if (blocks.length === 0) return complain(whyNoCertificate(text));
  const certificates = blocks.map(certificateIn);
  const broken = certificates.indexOf(undefined);
  if (broken !== -1) {
    const which = blocks.length === 1 ? 'has a certificate that' : `has ${blocks.length} certificates, and the one at place ${broken + 1}`;
    return complain(`${which} can't be read; give it anew`);
  }
  return { certificates: certificates.filter((certificate) => certificate !== undefined), pem: `${blocks.join('\n')}\n` };
}

const rightCertificate = 'give a PEM file with -----BEGIN CERTIFICATE-----, the certificate first and behind it those that vouch for it';

function whyNoCertificate(text: string): string {
  if (text.trim() === '') return `is empty; ${rightCertificate}`;
  const noText = whyNoText(text, 'x509');
  if (noText !== undefined) return noText;
  if (keyBlock.test(text)) return 'has a private key and no certificate; give the certificate here, and the key as its key';
  if (text.includes('-----BEGIN CERTIFICATE REQUEST-----'))
    return 'has a request for a certificate, and no certificate; give what the authority sent back for it';
  return `has no certificate; ${rightCertificate}`;
}

function keyIn(file: string, text: string): { readonly object: KeyObject; readonly pem: string } | PairProblem {
  const complain = (problem: string): PairProblem => ({ of: 'key', problem: `${file} ${problem}` });
  const [pem, kind = ''] = keyBlock.exec(text) ?? [];
  if (pem === undefined) return complain(whyNoKey(text));
  if (kind === 'ENCRYPTED ' || pem.includes('Proc-Type: 4,ENCRYPTED'))
    return complain(
      'is encrypted, and nobody is there at a start who could give its passphrase; decrypt it with openssl pkey -in FILE -out FILE.plain, and let nobody else read that',
    );
  try {
    return { object: createPrivateKey(pem), pem: `${pem}\n` };
  } catch {
    return complain("has a private key that can't be read; give it anew");
  }
}

const rightKey = 'give a PEM file with -----BEGIN PRIVATE KEY-----';

function whyNoKey(text: string): string {
  if (text.trim() === '') return `is empty; ${rightKey}`;
  const noText = whyNoText(text, 'pkey');
  if (noText !== undefined) return noText;
  if (text.includes('-----BEGIN CERTIFICATE-----'))
    return 'has a certificate and no private key; give the key that the certificate was asked for with';
  if (text.includes('-----BEGIN PUBLIC KEY-----')) return 'has a public key, which everybody may know, and no private one; give that';
  return `has no private key; ${rightKey}`;
}

/** Whether key and certificate don't belong together, be it only since another certificate of the chain stands first. */
function mismatchOf(chain: readonly X509Certificate[], key: KeyObject, at: Pick<PairTexts, 'file' | 'keyFile'>): PairProblem | undefined {
  const place = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  if (place === 0) return undefined;
  if (place === -1)
    return {
      of: 'key',
      isMismatch: true,
      problem: `${at.keyFile} is not the key of the certificate in ${at.file}; give the one that this was asked for with`,
    };
  return {
    of: 'cert',
    problem: `${at.file} is in the wrong order: the certificate of the key is at place ${place + 1}; put it first, and behind each the one that vouches for it`,
  };
}

/** What is wrong with who stands behind the first: each has to vouch for one before it. */
function complaintAboutChain(chain: readonly X509Certificate[], file: string): PairProblem | undefined {
  for (const [place, certificate] of chain.entries()) {
    if (place === 0 || chain.slice(0, place).some((before) => before.checkIssued(certificate))) continue;
    const isLate = chain.slice(place + 1).some((behind) => behind.checkIssued(certificate));
    const problem = isLate
      ? `${file} is in the wrong order: the certificate at place ${place + 1} vouches for one behind it; put behind each the one that vouches for it`
      : `${file} has a certificate at place ${place + 1} that vouches for none before it; take it out, or give the right one`;
    return { of: 'cert', problem };
  }
  return undefined;
}

/** What is wrong with the certificate itself. */
function wrongIn(certificate: X509Certificate, file: string, now: number): PairProblem | undefined {
  const end = certificate.validToDate;
  if (end.getTime() <= now) return { of: 'cert', problem: `${file} has expired, on ${dayOf(end)}; every client would refuse it: renew it` };
  if (namesIn(certificate).length > 0) return undefined;
  return {
    of: 'cert',
    problem: `${file} names nobody (it has no subjectAltName, and clients look at nothing else); get one with the names that clients ask for`,
  };
}

/** What OpenSSL says against it, such as that the key is too short. */
function refusedByTls({ file, cert, key }: CertificatePair): readonly PairProblem[] | undefined {
  try {
    createSecureContext({ cert, key, ca: [] });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    const reason = /:([^:]+)$/.exec(message)?.[1] ?? message;
    return [{ of: 'cert', problem: `${file} can't be used for TLS (${reason}); get one with a key of 2048 bits RSA or more, or P-256` }];
  }
}

/** A day as people write it anywhere. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
