import { decoded } from './readings.ts';

/** The path of a route: a prefix that ends at a segment. Case counts, and a slash at its end does not. */
export class PathPrefix {
  /** As it may be spelt: it is what it is in the file, decoded, and encoded with the digits of either case. */
  readonly #spellings: readonly string[];

  constructor(path: string) {
    const prefix = path.replace(/\/+$/, '');
    const plain = decoded(prefix);
    const encoded = encodeURI(plain);
    const inLowerCase = encoded.replaceAll(/%../g, (octet) => octet.toLowerCase());
    this.#spellings = [...new Set([prefix, plain, encoded, inLowerCase])];
  }

  /** Whether a path is this one, or below it. */
  has(path: string): boolean {
    return this.#endIn(path, '/') !== undefined;
  }

  /** What stands behind the prefix in a target, with its query; nothing where the target does not begin with it, letter by letter. */
  restOf(target: string): string | undefined {
    const end = this.#endIn(target, '/?');
    return end === undefined ? undefined : target.slice(end);
  }

  /** Where the prefix ends, if a text begins with it and then is at its end, or goes on with one of some signs. */
  #endIn(text: string, next: string): number | undefined {
    for (const prefix of this.#spellings) {
      const end = prefix.length;
      if (text.startsWith(prefix) && (text.length === end || next.includes(text.charAt(end)))) return end;
    }
    return undefined;
  }
}

/**
 * A rest of a target without the slashes that it begins with, nor backslashes, which browsers take for slashes: two in front of a path
 * would make a host of what follows.
 */
export function withoutSlashes(rest: string): string {
  return rest.replace(/^[/\\]+/, '');
}
