import type { KeySource } from '../brain/route/key-source.ts';
import { cookieIn } from './cookies.ts';

/** What a key may be taken from. */
export interface Keyed {
  /** The client's address. */
  readonly client: string;
  /** The request target: path and query. */
  readonly target: string;
  /** Its fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The key of a request: requests with the same key go to the same origin under a hash policy. Where a request lacks what the
 * key is taken from, its client's address stands in, so that such requests don't all meet at one origin.
 */
export function keyOf(source: KeySource, request: Keyed): string {
  switch (source.from) {
    case 'client':
      return request.client;
    case 'path':
      return request.target.split('?', 1)[0] ?? '';
    case 'header':
      return fieldIn(request, source.name.toLowerCase()) ?? request.client;
    case 'cookie':
      return cookieIn(String(request.headers['cookie'] ?? ''), source.name) ?? request.client;
    case 'query':
      return new URLSearchParams(request.target.split('?').slice(1).join('?')).get(source.name) ?? request.client;
  }
}

/** A field by its name; nothing where the request has none, be that the name of something that every object has. */
function fieldIn({ headers }: Keyed, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? String(headers[name]) : undefined;
}
