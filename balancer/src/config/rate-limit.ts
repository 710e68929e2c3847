import type { RateLimit } from '../brain/route/route.ts';
import { count, InvalidValue, keySource } from './values.ts';

const secondsIn = { s: 1, m: 60, h: 3600 };

/** The most requests that may come at once, and in a second. */
const most = 1_000_000;

const such = 'give a number for each s, m or h, such as 100/s, and perhaps burst=200 and key=client behind it';

/**
 * Reads how often requests may come, such as `100/s burst=200 key=client`. Without a burst, as many may come at once as in a second; without
 * a key, all requests are counted together.
 */
export function rateLimit(text: string): RateLimit {
  const [often = '', ...words] = text.trim().split(/\s+/);
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\/([smh])$/.exec(often) ?? [];
  const rate = Number(digits) / secondsIn[unit as keyof typeof secondsIn];
  if (!(rate > 0 && rate <= most)) throw new InvalidValue(`"${often}" is no rate; ${such}`);
  const given = wordsIn(words);
  const burst = given.burst === undefined ? Math.max(1, Math.ceil(rate)) : count(1, most)(given.burst);
  return { rate, burst, ...(given.key === undefined ? {} : { key: keySource(given.key) }) };
}

function wordsIn(words: readonly string[]): { burst?: string; key?: string } {
  const given: { burst?: string; key?: string } = {};
  for (const word of words) {
    const [, name, value] = /^(burst|key)=(.*)$/.exec(word) ?? [];
    if (name !== 'burst' && name !== 'key') throw new InvalidValue(`has the word "${word}"; ${such}`);
    if (given[name] !== undefined) throw new InvalidValue(`has the word ${name} twice; keep one`);
    given[name] = value ?? '';
  }
  return given;
}
