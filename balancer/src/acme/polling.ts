import type { Answered } from './answered.ts';
import type { Authority } from './authority.ts';
import { type Clock, pause } from './clock.ts';
import { objectIn } from './directory.ts';
import { AcmeProblem } from './problem.ts';

/** How something is waited for. */
export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** An object of an authority, which is in some state. */
export type Stated = Readonly<Record<string, unknown>>;

/** The waits between two looks, in ms: the first and the longest. */
const waits = { first: 500, longest: 10_000 };

/** The longest that an authority may take to make up its mind, in ms. */
const longest = 5 * 60_000;

/** Asks again and again until something is in none of those states any more (RFC 8555 §7.5.1); resolves with it as it is then. */
export async function settled(
  authority: Authority,
  url: string,
  { states, doing }: { readonly states: readonly string[]; readonly doing: string },
  { clock, signal }: Patience,
): Promise<Stated> {
  const deadline = clock.now() + longest;
  for (let wait = waits.first; ; wait = Math.min(wait * 2, waits.longest)) {
    const answered: Answered = await authority.get(url, doing);
    const object = objectIn(answered, doing);
    if (!states.includes(String(object['status']))) return object;
    if (clock.now() >= deadline)
      throw new AcmeProblem(`${doing}: still ${object['status']} after ${longest / 60_000} min`, { isOfHost: true });
    await pause(clock, Math.min(Math.max(wait, answered.retryAfter ?? 0), 6 * waits.longest), signal);
  }
}
