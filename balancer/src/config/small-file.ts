import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** The longest file that is read, in bytes: far more than 4,096 origins take. */
const longest = 1024 * 1024;

/**
 * The text of a file of settings or of a secret. Throws with what is wrong, in a few words. Whoever serves reads it between two requests,
 * so that it must be a plain and short one: of what else has a name, such as a pipe, nobody knows when or whether it ends.
 */
export function textIn(path: string): string {
  // A pipe that nobody writes to would make even opening it wait.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) throw new Error('EISDIR');
    if (!stats.isFile()) throw new Error('it is a pipe or a device; give a plain file');
    if (stats.size > longest) throw new Error(`it has ${stats.size} bytes; give at most ${longest}`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
