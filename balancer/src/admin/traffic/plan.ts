import { seeded } from '../../brain/seeded.ts';
import type { Traffic } from './order.ts';

/** What a request costs an origin, and the line to it. */
export type Cost = 'small' | 'upload' | 'download';

/** One request that is to be made. */
export interface Arrival {
  /** When, in ms after the beginning. */
  readonly at: number;
  /** The number of the client that makes it, from 0. */
  readonly client: number;
  readonly cost: Cost;
}

/**
 * The requests of an order, in order. They come as a Poisson process, since that is how many people who know nothing of each other
 * ask: sometimes two at once, sometimes none for a while. The same seed gives the same requests.
 */
export function* planOf({ rate, burst, seconds, clients, mix, seed }: Traffic): Generator<Arrival> {
  const random = seeded(seed);
  let at = 0;
  for (let made = 0; burst === undefined || made < burst; made += 1) {
    if (rate !== undefined) at += (-Math.log(1 - random()) / rate) * 1000;
    if (at >= seconds * 1000) return;
    yield { at, client: Math.floor(random() * clients), cost: costAt(random(), mix) };
  }
}

function costAt(drawn: number, { small, upload, download }: Traffic['mix']): Cost {
  const at = drawn * (small + upload + download);
  if (at < small) return 'small';
  return at < small + upload ? 'upload' : 'download';
}
