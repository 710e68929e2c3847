import type { Answered } from './answered.ts';
import { AcmeProblem, isObject, problemOf } from './problem.ts';

/** Where an authority does what (RFC 8555 §7.1.1). */
export interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  /** Where it says when to renew, if it does (RFC 9773 §4.1). */
  readonly renewalInfo?: string;
}

/** Reads a directory; throws an AcmeProblem where it is none. */
export function directoryIn(answered: Answered, url: string): Directory {
  const told = objectIn(answered, `the directory ${url}`);
  const { newNonce, newAccount, newOrder, renewalInfo } = told;
  if (typeof newNonce !== 'string' || typeof newAccount !== 'string' || typeof newOrder !== 'string') {
    throw new AcmeProblem(`${url} is no ACME directory: it names no newNonce, newAccount and newOrder`);
  }
  return { newNonce, newAccount, newOrder, ...(typeof renewalInfo === 'string' ? { renewalInfo } : {}) };
}

/** The object that a good answer is; throws an AcmeProblem for any other. `doing` says what was asked for. */
export function objectIn(answered: Answered, doing: string): Readonly<Record<string, unknown>> {
  const { status, body } = answered;
  if (status < 200 || status > 299) throw problemOf(answered, doing);
  let told: unknown;
  try {
    told = JSON.parse(body);
  } catch {
    // What it is instead is of no use to anybody.
  }
  if (!isObject(told)) throw new AcmeProblem(`${doing}: the answer is no JSON object`);
  return told;
}
