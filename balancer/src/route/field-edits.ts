import type { FieldChanges } from '../brain/route/route.ts';

/** A name as servers see it that take every sign in it for the same one, as CGI does, and what is like it. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, '-');
}

/**
 * What a route does to fields (name, value, name, value …). One that is set replaces what was there under its name, and names are told apart
 * as the least exact servers do it: what is taken off as `X-Team` can not come as `X_Team`.
 */
export class FieldEdits {
  readonly #gone: ReadonlySet<string>;
  readonly #set: readonly string[];

  constructor({ set, remove }: FieldChanges) {
    this.#gone = new Set([...remove, ...Object.keys(set)].map(plain));
    this.#set = Object.entries(set).flat();
  }

  /** Of some fields, those that stay. */
  left(fields: readonly string[]): string[] {
    const left: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] as string;
      if (!this.#gone.has(plain(name))) left.push(name, fields[i + 1] as string);
    }
    return left;
  }

  /** Those that stay, and then those that are set. */
  edited(fields: readonly string[]): string[] {
    return [...this.left(fields), ...this.#set];
  }
}

const known = new WeakMap<FieldChanges, FieldEdits | null>();

/** What some changes do; nothing where there are none. */
export function editsOf(changes: FieldChanges): FieldEdits | undefined {
  const before = known.get(changes);
  if (before !== undefined) return before ?? undefined;
  const isNothing = changes.remove.length === 0 && Object.keys(changes.set).length === 0;
  const edits = isNothing ? null : new FieldEdits(changes);
  known.set(changes, edits);
  return edits ?? undefined;
}
