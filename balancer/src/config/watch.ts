import { type Stats, stat } from 'node:fs';

/** How often a watched file is looked at, in ms. */
const pace = 250;

/**
 * Calls back when a file is another and then stayed the same from one look to the next, since a file that is being written
 * may hold half of what it is to say; and once at the start, since it may have changed while it was first read. It looks at
 * the file itself, again and again: that also sees a file that was replaced, a link that leads elsewhere, and changes that a
 * container's host made. The returned function ends the watch.
 */
export function watch(file: string, changed: () => void): () => void {
  let seen = '';
  let isNew = true;
  const look = () =>
    stat(file, (_error, stats) => {
      const now = fingerprint(stats);
      const isSettled = now === seen;
      seen = now;
      if (isSettled && isNew) changed();
      isNew = !isSettled;
    });
  const timer = setInterval(look, pace);
  return () => clearInterval(timer);
}

/** Something that is the same as long as the file is; a missing file has one too. */
function fingerprint(stats: Stats | undefined): string {
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : 'missing';
}
