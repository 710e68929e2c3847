import { checkedPair, type PairProblem } from '../tls/check-pair.ts';
import type { CertificatePair } from '../tls/pair.ts';
import { textIn } from './small-file.ts';

/** The most certificates that may be listed. */
const mostCertificates = 1000;

/** The files of a certificate and of its key, and how their user would name each. */
export interface PairFiles {
  readonly cert: string;
  readonly key: string;
  readonly certLabel: string;
  readonly keyLabel: string;
}

/** Certificates as they are now, and what is wrong with the others. */
export interface ReadPairs {
  readonly pairs: readonly CertificatePair[];
  /** One sentence each, led by what names the file. */
  readonly problems: readonly string[];
  /** Whether nothing is wrong but that keys are of other certificates, as for a moment while one file is written after the other. */
  readonly isHalfWritten: boolean;
}

/** Reads all certificates and keys, at that time, in ms since 1970. */
export function readPairs(files: readonly PairFiles[], now: number): ReadPairs {
  if (files.length > mostCertificates) {
    return { pairs: [], isHalfWritten: false, problems: [`tls: there are ${files.length} certificates; give ${mostCertificates} at most`] };
  }
  const read = files.map((each) => ({ each, result: readPair(each, now) }));
  const wrong = read.flatMap(({ each, result }) => ('file' in result ? [] : result.map((problem) => ({ each, problem }))));
  return {
    pairs: read.map(({ result }) => result).filter((result) => 'file' in result),
    problems: wrong.map(({ each, problem: { of, problem } }) => `${of === 'cert' ? each.certLabel : each.keyLabel}: ${problem}`),
    isHalfWritten: wrong.length > 0 && wrong.every(({ problem }) => problem.isMismatch === true),
  };
}

function readPair({ cert, key }: PairFiles, now: number): CertificatePair | readonly PairProblem[] {
  const [certText, keyText] = [textOf(cert, 'cert'), textOf(key, 'key')];
  if (typeof certText === 'string' && typeof keyText === 'string')
    return checkedPair({ file: cert, cert: certText, keyFile: key, key: keyText }, now);
  return [certText, keyText].filter((text) => typeof text !== 'string');
}

function textOf(file: string, of: PairProblem['of']): string | PairProblem {
  try {
    return textIn(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const hint = reason === 'EACCES' ? '; let the user that the balancer runs as read it, and enter the folders that it is in' : '';
    return { of, problem: `${file} cannot be read (${reason})${hint}` };
  }
}
