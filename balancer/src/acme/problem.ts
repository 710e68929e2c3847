import type { Answered } from './answered.ts';

/** What is known of a problem besides its words. */
export interface ProblemTerms {
  /** `rateLimited`, say; empty where the authority gave none. */
  readonly type: string;
  /** When it may be asked again, in ms from now, where it said so. */
  readonly retryAfter: number | undefined;
  /** Whether it is about what was asked, so that other hosts may go well; it is about the authority else. */
  readonly isOfHost: boolean;
  /** Whether it was asked too often. */
  readonly isLimited: boolean;
}

/** Something an authority refuses (RFC 8555 §6.7), or an answer that can't be used. The message says it in words. */
export class AcmeProblem extends Error implements ProblemTerms {
  readonly type: string;
  readonly retryAfter: number | undefined;
  readonly isOfHost: boolean;
  readonly isLimited: boolean;

  constructor(message: string, { type = '', retryAfter, isOfHost = false, isLimited = false }: Partial<ProblemTerms> = {}) {
    super(message);
    this.type = type;
    this.retryAfter = retryAfter;
    this.isOfHost = isOfHost;
    this.isLimited = isLimited;
  }
}

/** Whether something read from an authority is an object with members. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an authority says is wrong, in an object of its own or as an answer (RFC 7807). `doing` says in the middle of what it was. */
export function problemIn(told: unknown, doing: string, { status, retryAfter }: Partial<Answered> = {}): AcmeProblem {
  const { type } = isObject(told) ? told : {};
  const name = typeof type === 'string' ? plain(type.replace(/^urn:ietf:params:acme:error:/, '')) : '';
  const words = detailsIn(told) || (status === undefined ? 'the authority does not say why' : `status ${status}`);
  return new AcmeProblem(`${doing}: ${words}${name === '' || name === 'about:blank' ? '' : ` (${name})`}`, {
    ...{ type: name, retryAfter, isLimited: name === 'rateLimited' || status === 429 },
    isOfHost: status === undefined || (status >= 400 && status <= 499),
  });
}

function detailsIn(told: unknown): string {
  const { detail, subproblems } = isObject(told) ? told : {};
  const others = Array.isArray(subproblems) ? subproblems.filter(isObject).map((one) => one['detail']) : [];
  return plain([detail, ...others].filter((one) => typeof one === 'string').join('; '));
}

/** The problem that an answer is. */
export function problemOf(answered: Answered, doing: string): AcmeProblem {
  let told: unknown;
  try {
    told = JSON.parse(answered.body);
  } catch {
    // It has no words.
  }
  return problemIn(told, doing, answered);
}

/** The longest text of an authority's that is told on, in characters. */
const longest = 300;

/** A text from elsewhere on one line, and not endless: it comes into the log. */
export function plain(words: string): string {
  const line = words.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
