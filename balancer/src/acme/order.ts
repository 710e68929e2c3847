import { generateKeyPairSync } from 'node:crypto';
import type { Certificate } from './alpn-certificate.ts';
import type { Authority } from './authority.ts';
import { type AuthorizeTerms, authorize } from './authorize.ts';
import { certificateRequest } from './certificate-request.ts';
import { objectIn } from './directory.ts';
import { base64url } from './jws.ts';
import { type Stated, settled } from './polling.ts';
import { AcmeProblem, problemIn } from './problem.ts';

/** What is ordered, and how. */
export interface OrderTerms extends AuthorizeTerms {
  /** The certificate that the new one follows, as the authority names it (RFC 9773 §4.1). */
  readonly replaces: string | undefined;
}

/** Orders a certificate for one host with a new key, and meets what is asked for (RFC 8555 §7.4). Rejects with an AcmeProblem. */
export async function order(authority: Authority, terms: OrderTerms): Promise<Certificate> {
  const { host } = terms;
  const { url, ordered } = await begin(authority, terms);
  for (const authorization of listIn(ordered, 'authorizations')) await authorize(authority, authorization, terms);
  const ready = await settled(authority, url, { states: ['pending'], doing: `ordering ${host}` }, terms);
  if (ready['status'] === 'invalid') throw problemIn(ready['error'], `ordering ${host}`);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = base64url(certificateRequest([host], privateKey));
  await authority.post(textIn(ready, 'finalize'), { csr: request }, `asking for the certificate of ${host}`);
  const doing = `waiting for the certificate of ${host}`;
  const done = await settled(authority, url, { states: ['processing', 'ready'], doing }, terms);
  if (done['status'] !== 'valid') throw problemIn(done['error'], doing);
  const { body } = await authority.get(textIn(done, 'certificate'), `fetching the certificate of ${host}`);
  return { cert: body, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

async function begin(authority: Authority, { host, replaces }: OrderTerms): Promise<{ readonly url: string; readonly ordered: Stated }> {
  const doing = `ordering ${host}`;
  const what = { identifiers: [{ type: 'dns', value: host }] };
  const place = (more: object) => authority.post(authority.directory.newOrder, { ...what, ...more }, doing);
  const answered = await place(replaces === undefined ? {} : { replaces }).catch((error: unknown) => {
    // Another order has replaced it, which is no reason to have none (RFC 9773 §5).
    if (replaces !== undefined && error instanceof AcmeProblem && replacing.has(error.type)) return place({});
    throw error;
  });
  if (!answered.location) throw new AcmeProblem(`${doing}: the answer does not say where the order is`);
  return { url: answered.location, ordered: objectIn(answered, doing) };
}

/** What an authority may say of a certificate that is to be replaced. */
const replacing: ReadonlySet<string> = new Set(['alreadyReplaced', 'malformed']);

function textIn(object: Stated, name: string): string {
  const value = object[name];
  if (typeof value !== 'string') throw new AcmeProblem(`the authority's order has no ${name}`);
  return value;
}

/** The most of what one order of one host may ask for. */
const mostAuthorizations = 10;

function listIn(object: Stated, name: string): readonly string[] {
  const value = object[name];
  const isList = Array.isArray(value) && value.length <= mostAuthorizations && value.every((item) => typeof item === 'string');
  if (!isList) throw new AcmeProblem(`the authority's order has no usable ${name}`);
  return value as string[];
}
