import type { Cidr } from '../admit/trust.ts';
import { blockIn, InvalidValue } from './values.ts';

/** From which addresses the admin side may be asked: any, or these and this machine itself. */
export type AdminAllow = 'all' | { readonly gateway: boolean; readonly blocks: readonly Cidr[] };

/** Reads address blocks separated by commas, among which the word `gateway` may be; or `all`. */
export function adminAllow(text: string): AdminAllow {
  const entries = text.split(',').map((entry) => entry.trim());
  if (text.trim() === 'all') return 'all';
  const blocks = entries.filter((entry) => entry !== 'gateway');
  return { gateway: entries.includes('gateway'), blocks: blocks.map(block) };
}

/** One block; the words that other lists of blocks have mean nothing here. */
function block(text: string): Cidr {
  const read = blockIn(text);
  if (read !== undefined) return read;
  throw new InvalidValue(`"${text}" is not an address block; give one such as 10.0.0.0/8 or ::1, or gateway, or all alone`);
}
