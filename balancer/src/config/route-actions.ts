import { STATUS_CODES } from 'node:http';
import type { PoolShare, RouteAction } from '../brain/route/route.ts';
import { type Complain, type Entry, kindOf, wordsOf } from './lined.ts';
import { ask, meantBy } from './nearest.ts';
import { mapOf, one, type Reader, type ReadWords, readText, wordsIn } from './route-readers.ts';
import { duration, InvalidValue, text } from './values.ts';

/** Makes a reader of a pool's name, which must be one of these. */
export function poolOfRoute(pools: readonly string[]): (name: string) => string {
  return (name) => {
    if (pools.includes(name)) return name;
    const those = pools.length === 1 ? `the only one is ${pools[0]}` : `there are ${pools.join(', ')}`;
    throw new InvalidValue(`"${name}" is no pool${ask(meantBy(name, pools))}; ${those}`);
  };
}

/** Makes a reader of the pools that share what a route takes, and of their shares. */
export function sharesOfRoute(pools: readonly string[]): Reader<readonly PoolShare[]> {
  const such = 'split: { shop: 95, next: 5 }';
  const shareIn = (entry: Entry, complain: Complain): PoolShare | undefined => {
    const pool = readText(entry.key, poolOfRoute(pools), (problem) => complain(entry.line, problem));
    const share = one('shop: 95', shareOf)(entry, complain);
    return pool === undefined || share === undefined ? undefined : { pool, share };
  };
  const read = mapOf(such, shareIn);
  return (entry, complain) => {
    const shares = read(entry, complain);
    if (shares === undefined || shares.some(({ share }) => share > 0)) return shares;
    complain(entry.line, `${entry.key}: every share is 0, so that no pool would get a request; give one more`);
    return undefined;
  };
}

function shareOf(text: string): number {
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Number(text);
  throw new InvalidValue(`"${text}" is no share; give a number from 0 on, such as 95; shares are relative to each other`);
}

/** Reads where clients are sent: to a URL, or a path that begins with one slash. */
export function redirectTarget(text: string): string {
  const isPath = /^\/(?![/\\])/.test(text);
  if (!/^[!-~]+$/.test(text) || text.includes('\\') || !(isPath || isHttpUrl(text))) {
    throw new InvalidValue(
      `"${text}" is no place to send clients to; give a URL such as https://shop.example.com/new/, or a path that begins with one slash`,
    );
  }
  return text;
}

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

type RedirectStatus = Extract<RouteAction, { kind: 'redirect' }>['status'];

const redirectStatuses: readonly RedirectStatus[] = [301, 302, 303, 307, 308];

/** Reads the status of a redirect (RFC 9110 §15.4). */
export function redirectStatus(text: string): RedirectStatus {
  const status = redirectStatuses.find((known) => String(known) === text);
  if (status !== undefined) return status;
  throw new InvalidValue(`"${text}" is no status of a redirect; give 301, 302, 303, 307 or 308, which is meant where nothing is given`);
}

const answerWords = {
  status: one('status: 503', statusOfAnswer),
  text: one('text: back soon', text),
  'retry-after': one('retry-after: 60s', secondsLater),
};

const answerVocabulary = {
  what: 'word of an answer',
  elsewhere: {
    code: 'status',
    statuscode: 'status',
    body: 'text',
    content: 'text',
    message: 'text',
    headers: 'set-response-headers, beside respond',
  },
  list: 'it has status, text and retry-after',
};

type Answer = Omit<Extract<RouteAction, { kind: 'respond' }>, 'kind'>;

const suchAnswer = 'respond: { status: 503, text: back soon, retry-after: 60s }';

/** Reads what the balancer answers itself. */
export function answerOfRoute({ key, line, value }: Entry, complain: Complain): Answer | undefined {
  const wrong = (at: number, problem: string) => complain(at, `${key}: ${problem}`);
  if (value.kind === 'map') {
    const said = wordsIn(answerWords, answerVocabulary, value.entries, wrong);
    return said && answerOf(said, (problem) => wrong(line, problem));
  }
  const text = wordsOf(value);
  wrong(line, `is ${text === undefined ? kindOf(value) : `"${text}"`}; give a map such as ${suchAnswer}`);
  return undefined;
}

function answerOf(said: ReadWords<typeof answerWords>, complain: (problem: string) => void): Answer | undefined {
  const { status, text, 'retry-after': retryAfter } = said;
  if (status === undefined) {
    complain(`has no status; give one, such as ${suchAnswer}`);
    return undefined;
  }
  const hasNoBody = status === 204 || status === 205;
  if (hasNoBody && text) complain(`has a text, which an answer with ${status} can't have; give another status, or no text`);
  const body = hasNoBody ? '' : (text ?? STATUS_CODES[status] ?? '');
  return { status, text: body, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

function statusOfAnswer(text: string): number {
  if (redirectStatuses.some((status) => String(status) === text)) {
    throw new InvalidValue(`"${text}" sends clients elsewhere; give redirect: instead, and status: beside it`);
  }
  if (/^[245]\d\d$/.test(text)) return Number(text);
  throw new InvalidValue(`"${text}" is no status to answer with; give one from 200 to 299 or from 400 to 599`);
}

/** A duration in whole seconds, since `Retry-After` can say no others (RFC 9110 §10.2.3). */
function secondsLater(text: string): number {
  const seconds = duration(text) / 1000;
  if (Number.isInteger(seconds)) return seconds;
  throw new InvalidValue(`"${text}" is no whole number of seconds; give such as 60s or 5m`);
}
