import type { ChallengeType } from '../acme/challenges.ts';
import { hostsOf } from './acme-hosts.ts';
import { storeAt } from './acme-store.ts';
import { authoritiesIn } from './authorities.ts';
import { InvalidValue, onOrOff } from './values.ts';

/** How certificates are had by themselves (RFC 8555). */
export interface AcmeSettings {
  /** Each gets a certificate of its own. */
  readonly hosts: readonly string[];
  /** Where the authority may write to. */
  readonly email: string | undefined;
  /** The authority's directory. */
  readonly directory: string;
  /** Who may have signed the authority's own certificate, PEM; without it, those whom everybody trusts. */
  readonly 'directory-ca': string | undefined;
  /** The folder in which all is kept. */
  readonly store: string;
  /** How hosts are proven to be here, the best first. */
  readonly challenge: readonly ChallengeType[];
  /** Whether it orders certificates, and doesn't only take what another balancer puts into the store. */
  readonly issuer: boolean;
}

/** Where Let's Encrypt has its directory (https://letsencrypt.org/docs/acme-protocol-updates/). */
export const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';

const anyChallenge: readonly ChallengeType[] = ['http-01', 'tls-alpn-01'];

/** A setting: its default, and how its texts are read. Throws InvalidValue. */
interface Reader<Value> {
  readonly standard: Value | undefined;
  readonly read: (texts: readonly string[]) => Value;
}

/** The settings by their names in the file, in the order in which they are told. */
export const acmeReaders: { readonly [Name in keyof AcmeSettings]: Reader<AcmeSettings[Name]> } = {
  hosts: { standard: undefined, read: hostsOf },
  email: { standard: undefined, read: (texts) => emailIn(oneOf(texts)) },
  directory: { standard: letsEncrypt, read: (texts) => directoryIn(oneOf(texts)) },
  'directory-ca': { standard: undefined, read: (texts) => authoritiesIn(oneOf(texts))?.pem },
  store: { standard: undefined, read: (texts) => storeAt(oneOf(texts)) },
  challenge: { standard: anyChallenge, read: (texts) => challengeIn(oneOf(texts)) },
  issuer: { standard: true, read: (texts) => onOrOff(oneOf(texts)) },
};

function oneOf(texts: readonly string[]): string {
  const [text] = texts;
  if (text === undefined || texts.length > 1) throw new InvalidValue('is a list; give one value');
  return text;
}

function emailIn(text: string): string {
  // Commas and question marks mean something in a mailto: (RFC 8555 §7.3).
  if (/^[^\s@,?]+@[^\s@,?]+\.[^\s@,?]+$/.test(text)) return text;
  throw new InvalidValue(`"${text}" is no address that the authority could write to; give one such as me@example.com`);
}

function directoryIn(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.username === '' && url.hash === '') return url.href;
  throw new InvalidValue(`"${text}" is no address of a directory; give one that begins with https://, such as ${letsEncrypt}`);
}

function challengeIn(text: string): readonly ChallengeType[] {
  if (text === 'any') return anyChallenge;
  const type = anyChallenge.find((one) => one === text);
  if (type) return [type];
  const dns = text === 'dns-01' ? ', and dns-01 is none of them' : '';
  throw new InvalidValue(`"${text}" is no way in which hosts are proven here${dns}; give ${anyChallenge.join(', ')} or any`);
}
