import type { Answered } from './answered.ts';
import { objectIn } from './directory.ts';
import { AcmeProblem, isObject, plain } from './problem.ts';

/** When an authority wants a certificate renewed (RFC 9773 §4.2). Times are in ms since 1970. */
export interface RenewalInfo {
  readonly start: number;
  readonly end: number;
  /** A page that says why, where there is a special reason. */
  readonly explained: string | undefined;
  /** When to ask again, in ms from now. */
  readonly askAgain: number;
}

const minute = 60_000;

/** How often an authority is asked again: as it says, within reason (RFC 9773 §4.3.2). */
const between = { least: minute, usual: 6 * 60 * minute, most: 24 * 60 * minute };

/** Reads an answer to the question when to renew; throws an AcmeProblem where it says nothing usable. */
export function renewalInfoIn(answered: Answered): RenewalInfo {
  const doing = 'asking when to renew';
  const { suggestedWindow, explanationURL } = objectIn(answered, doing);
  const { start, end } = isObject(suggestedWindow) ? suggestedWindow : {};
  const window = { start: Date.parse(String(start)), end: Date.parse(String(end)) };
  if (!(window.start < window.end)) throw new AcmeProblem(`${doing}: the answer has no window that begins before it ends`);
  const askAgain = Math.min(between.most, Math.max(between.least, answered.retryAfter ?? between.usual));
  return { ...window, explained: typeof explanationURL === 'string' ? plain(explanationURL) : undefined, askAgain };
}
