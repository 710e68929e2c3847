import { count } from '../figures.ts';

/** Blocks of a stack that are drawn; more are counted. */
export const mostBlocks = 12;

/** What the blocks of an origin's stack are: `full` for a request that it works on, `queued` for one that queues inside it. */
export function stackOf(inFlight: number, queued: number): readonly ('full' | 'queued')[] {
  const shown = Math.min(inFlight, mostBlocks);
  const hollow = Math.min(queued, shown);
  return Array.from({ length: shown }, (_, place) => (place < shown - hollow ? 'full' : 'queued'));
}

/** The same in words: `5 in flight, 3 queue there`. */
export function loadInWords(inFlight: number, queued: number): string {
  return [`${count(inFlight)} in flight`, queueInWords(queued)].filter(Boolean).join(', ');
}

/** `3 queue there`; nothing where none does. */
export function queueInWords(queued: number): string {
  return queued > 0 ? `${count(queued)} queue there` : '';
}
