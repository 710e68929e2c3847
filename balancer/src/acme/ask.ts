import { type Agent, request } from 'node:https';
import type { Answered } from './answered.ts';
import { AcmeProblem, plain } from './problem.ts';

/** How an authority is asked. */
export interface AskTerms {
  readonly agent: Agent;
  /** The longest that one answer may take, in ms. */
  readonly timeout: number;
  /** Gives up what is under way. */
  readonly signal: AbortSignal;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** What is asked: by GET where there is no body. */
export interface Question {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly body?: string;
}

/** The longest answer that is read, in bytes: a chain of certificates takes a few thousand. */
const longestAnswer = 256 * 1024;

/** Authorities want to know whose fault a flood is (RFC 8555 §6.1). */
const userAgent = 'load-balancer-explained (node)';

/**
 * Asks an authority once, and reads its answer whole. Follows no redirect: it has told the addresses itself (RFC 8555 §6.1 asks for none).
 * Rejects with an AcmeProblem where there is no answer that can be read.
 */
export async function ask(url: string, question: Question, terms: AskTerms): Promise<Answered> {
  const { agent, timeout, signal, now } = terms;
  const address = addressIn(url);
  const late = AbortSignal.timeout(timeout);
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const fail = (words: string) => reject(new AcmeProblem(`${address.host} ${words}`));
  const headers = { 'User-Agent': userAgent, ...(question.body === undefined ? {} : { 'Content-Type': 'application/jose+json' }) };
  const method = question.method ?? (question.body === undefined ? 'GET' : 'POST');
  const asked = request(address, { method, agent, headers, signal: AbortSignal.any([signal, late]) }, (answer) => {
    const pieces: Buffer[] = [];
    let length = 0;
    answer.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length <= longestAnswer) return;
      fail(`answers more than ${longestAnswer} bytes`);
      answer.destroy();
    });
    answer.on('end', () => {
      const { 'replay-nonce': nonce, location, 'retry-after': later } = answer.headers;
      const body = Buffer.concat(pieces).toString('utf8');
      const status = answer.statusCode ?? 0;
      resolve({ status, body, nonce: one(nonce), location: location && absolute(location, address), retryAfter: msIn(later, now()) });
    });
    answer.on('error', () => fail('broke off its answer'));
  });
  asked.on('error', (error: NodeJS.ErrnoException) => fail(late.aborted ? `gave no answer in ${timeout / 1000} s` : reasonOf(error)));
  asked.end(question.body);
  return promise;
}

/** What an error of the network is, in a few words. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.name === 'AbortError') return 'was not waited for any longer';
  return `cannot be asked: ${error.code ?? error.message}`;
}

/** An address of an authority; what is told in clear could be anybody's (RFC 8555 §6.1). */
function addressIn(url: string): URL {
  const address = URL.parse(url);
  if (address?.protocol !== 'https:')
    throw new AcmeProblem(`the authority names ${plain(url).slice(0, 100)}, which does not begin with https://`);
  return address;
}

function absolute(location: string, base: URL): string {
  return URL.parse(location, base)?.href ?? '';
}

function one(field: string | string[] | undefined): string | undefined {
  return Array.isArray(field) ? field[0] : field;
}

/** Retry-After is a number of seconds or a date. */
function msIn(later: string | undefined, now: number): number | undefined {
  if (later === undefined) return undefined;
  const ms = /^\d+$/.test(later) ? Number(later) * 1000 : Date.parse(later) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
