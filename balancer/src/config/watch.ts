import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** How often a watched file is looked at, in ms. */
const pace = 250;

/** Has somebody look again and again, until the returned function is called. */
export type Beat = (look: () => Promise<void>) => () => void;

const usualBeat: Beat = (look) => {
  const timer = setInterval(() => void look(), pace);
  return () => clearInterval(timer);
};

/**
 * Calls back when a file is another and then stayed the same from one look to the next, since a file that is being written
 * may hold half of what it is to say; and once at the start, since it may have changed while it was first read. It looks at
 * the file itself at each beat: that also sees a file that was replaced, a link that leads elsewhere, and changes that a
 * container's host made. The returned function ends the watch.
 */
export function watch(file: string, changed: () => void, beat: Beat = usualBeat): () => void {
  let seen = '';
  let isNew = true;
  return beat(async () => {
    const now = fingerprint(await stat(file).catch(() => undefined));
    const isSettled = now === seen;
    seen = now;
    if (isSettled && isNew) changed();
    isNew = !isSettled;
  });
}

/** Something that is the same as long as the file is; a missing file has one too. */
function fingerprint(stats: Stats | undefined): string {
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : 'missing';
}
