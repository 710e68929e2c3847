import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InvalidValue } from './values.ts';

const needed = constants.R_OK | constants.W_OK | constants.X_OK;

/** Reads the folder in which certificates are kept; it need not be there yet. Throws InvalidValue where it could not be used. */
export function storeAt(text: string): string {
  if (text === '') throw new InvalidValue('is empty; give a folder that stays between two starts, such as /var/lib/balancer/acme');
  const folder = resolve(text);
  const problem = problemWith(folder, folder);
  if (problem) throw new InvalidValue(problem);
  return folder;
}

/** What is in the way of making files in a folder, in it or in the nearest one above it that is there. */
function problemWith(folder: string, there: string): string | undefined {
  try {
    if (!statSync(there).isDirectory()) return `${there} is a file; give a folder`;
    accessSync(there, needed);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code === 'ENOENT' || code === 'ENOTDIR') && dirname(there) !== there) return problemWith(folder, dirname(there));
    const what = there === folder ? 'write in it' : `make it in ${there}`;
    return `the balancer may not ${what} (${code}); run: mkdir -p ${folder} && chown USER ${folder} && chmod 700 ${folder}, for the user that it runs as`;
  }
}
