import { unwatchFile, watchFile } from 'node:fs';

/** How often a watched file is looked at, in ms. */
const pace = 250;

/**
 * Calls back whenever a file is another and then stayed the same from one look to the next, since a file that is being
 * written may hold half of what it is to say. It looks at the file itself, again and again: that also sees a file that was
 * replaced, a link that leads elsewhere, and changes that a container's host made. The returned function ends the watch.
 */
export function watch(file: string, changed: () => void): () => void {
  let settled: NodeJS.Timeout | undefined;
  const listener = () => {
    clearTimeout(settled);
    settled = setTimeout(changed, pace);
  };
  watchFile(file, { interval: pace }, listener);
  return () => {
    clearTimeout(settled);
    unwatchFile(file, listener);
  };
}
