import { hashOf } from './random.ts';

/** What origins answer with where a request has no mark: nobody's. */
export const nobodys = 'm-0-0-';

/** The mark of a name such as `12-0`. Its tail follows from the name, so that changed bytes are hardly ever another one's mark. */
export function markOf(name: string): string {
  return `m-${name}-${hashOf(name, 0).toString(16).padStart(8, '0')}-`;
}

/** The marks in a text that are whole. */
export function marksIn(text: string): string[] {
  return [...text.matchAll(/m-(\d+-\d+)-[\da-f]{8}-/g)].filter(([mark, name = '']) => mark === markOf(name)).map(([mark]) => mark);
}
