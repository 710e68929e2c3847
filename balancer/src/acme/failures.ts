import { join } from 'node:path';
import { remove, textOf, writeWhole } from './files.ts';
import { isObject } from './problem.ts';

/** What is remembered of failures in a row, so that who starts again and again asks no more often than who goes on. */
export interface Failure {
  readonly failures: number;
  /** In a sentence. */
  readonly problem: string;
  /** Before that nobody tries, in ms since 1970. */
  readonly nextTry: number;
}

/** What a failure is of: a host, or all that is asked of the authority. No host is called so. */
export const ofAuthority = '_authority';

/** The failures that are kept in a folder, and shared by those who share it. Who removes the file of one lets the next try be now. */
export class Failures {
  readonly #folder: string;
  /** Those that the folder doesn't take: it may be full. */
  readonly #unkept = new Map<string, Failure>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the failure of a host is, or that of the authority. */
  pathOf(concerned: string): string {
    return join(this.#folder, `${concerned}.failure.json`);
  }

  /** Rejects with the system's error. */
  async of(concerned: string): Promise<Failure | undefined> {
    return this.#unkept.get(concerned) ?? failureIn(await textOf(this.pathOf(concerned)));
  }

  async keep(concerned: string, failure: Failure): Promise<void> {
    this.#unkept.set(concerned, failure);
    const isKept = await done(writeWhole(this.pathOf(concerned), `${JSON.stringify(failure)}\n`));
    if (isKept) this.#unkept.delete(concerned);
  }

  /** There is none any more. */
  async forget(concerned: string): Promise<void> {
    this.#unkept.delete(concerned);
    await done(remove(this.pathOf(concerned)));
  }
}

function done(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

/** What somebody else has written there means nothing. */
function failureIn(text: string | undefined): Failure | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    const { failures, problem, nextTry } = isObject(value) ? value : {};
    const isOne = typeof failures === 'number' && typeof problem === 'string' && typeof nextTry === 'number';
    return isOne ? { failures, problem, nextTry } : undefined;
  } catch {
    return undefined;
  }
}
