import type { CertificatePair } from '../tls/pair.ts';
import type { AcmeSettings } from './acme.ts';
import { type PairFiles, readPairs } from './certificates.ts';
import type { FileSettings } from './file.ts';
import { type Given, labelOf } from './given.ts';
import type { OptionName, Settings } from './options.ts';

/** What TLS is made of in a configuration. */
export interface TlsSources {
  readonly top: Partial<Settings>;
  readonly file: FileSettings;
  readonly path: string | undefined;
  readonly givenFor: (name: OptionName) => Given;
}

/** The certificates of a configuration, and what is wrong with TLS in it. */
export interface ReadTls {
  readonly certificates: readonly CertificatePair[];
  /** Missing where none are to be had by themselves. */
  readonly acme: AcmeSettings | undefined;
  readonly problems: readonly string[];
  /** See ReadPairs. */
  readonly isHalfWritten: boolean;
}

/** Reads all that belongs to TLS, with the files of the certificates. */
export function readTls(sources: TlsSources): ReadTls {
  const files = pairFiles(sources);
  const { pairs, problems, isHalfWritten } = readPairs(files, Date.now());
  const misfits = misfitsIn(sources, files);
  const acme = sources.file.tls?.acme?.settings;
  return { certificates: pairs, acme, problems: [...problems, ...misfits], isHalfWritten: isHalfWritten && misfits.length === 0 };
}

/** The one of the options first: it is for who names none. */
function pairFiles({ top: { tlsCert, tlsKey }, file, path, givenFor }: TlsSources): PairFiles[] {
  const label = (name: OptionName) => labelOf(name, givenFor(name));
  const given = tlsCert === undefined || tlsKey === undefined ? [] : [{ cert: tlsCert, key: tlsKey }];
  return [
    ...given.map((pair) => ({ ...pair, certLabel: label('tlsCert'), keyLabel: label('tlsKey') })),
    ...(file.tls?.certificates ?? []).map(({ line, cert, key }) => ({
      ...{ cert, key },
      ...{ certLabel: `${path}, line ${line}: tls: cert`, keyLabel: `${path}, line ${line}: tls: key` },
    })),
  ];
}

/** What is missing beside what is given. */
function misfitsIn({ top, file, path, givenFor }: TlsSources, files: readonly PairFiles[]): string[] {
  const label = (name: OptionName) => labelOf(name, givenFor(name));
  const acme = file.tls?.acme;
  const place = top.tlsCert === undefined ? `${path}, line ${file.tls?.line}: tls` : label('tlsCert');
  const halves = halfPair(top, label);
  if (halves.length > 0 || top.tlsPort === undefined) return halves;
  if (top.tlsPort === 'off') return withoutPort(top, files.length > 0 || acme ? place : undefined, label);
  if (files.length > 0 || acme) return [];
  return [
    `${label('tlsPort')}: there is no certificate to show there; give --tls-cert FILE and --tls-key FILE, or in the file tls: { certificates: [{ cert: FILE, key: FILE }] }, or tls: { acme: … } to get one by itself`,
  ];
}

type Label = (name: OptionName) => string;

function halfPair({ tlsCert, tlsKey }: Partial<Settings>, label: Label): string[] {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return [];
  if (tlsKey === undefined) return [`${label('tlsCert')}: needs its key beside it; give --tls-key FILE`];
  return [`${label('tlsKey')}: needs its certificate beside it; give --tls-cert FILE`];
}

/** What can't be without a port; `place` is where certificates are named, if any are. */
function withoutPort({ redirectToHttps }: Partial<Settings>, place: string | undefined, label: Label): string[] {
  const idle = `${place}: there is no port for it; give --tls-port, such as 8443, or in the file tls: { port: 8443 }`;
  const nowhere = 'there is no port to send clients to; give --tls-port, or the port where another speaks TLS with them, such as 443';
  return [...(place === undefined ? [] : [idle]), ...(redirectToHttps === 'on' ? [`${label('redirectToHttps')}: ${nowhere}`] : [])];
}
