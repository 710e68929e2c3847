import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The longest file that is read, in bytes. */
const longest = 1024 * 1024;

/** Writes a file that nobody else may read, whole or not at all, whatever happens meanwhile: also a cut of the power. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await rename(beside, path);
  } catch (error) {
    await remove(beside);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A file's name is kept by its folder. Some systems can't be told to, and some shared folders: then it is as safe as they make it. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const file = await open(folder, constants.O_RDONLY);
    await file.sync().finally(() => file.close());
  } catch {
    // See above.
  }
}

/** The text of a file; nothing where there is none. Rejects with the system's error, or where it is far too long. */
export async function textOf(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(missing);
  if (!file) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > longest) throw new Error(`${path} is no file of at most ${longest} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Removes a file, if it is there. */
export async function remove(path: string): Promise<void> {
  await unlink(path).catch(missing);
}

/** Nothing, for the error that something is not there; any other is thrown on. */
export function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
