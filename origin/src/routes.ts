import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer.ts';

/** Answers a request; `rest` is what the path has behind the route's own. */
export type Handler = (req: IncomingMessage, res: ServerResponse, query: URLSearchParams, rest: string) => void;

/** What can be asked for at a path. */
export interface Route {
  /** The path; where it ends with a slash, something must follow. */
  readonly path: string;
  /** What may follow, in a word, to be shown. */
  readonly rest?: string;
  /** The handlers by method, of which GET's is HEAD's too; a function takes all methods. */
  readonly methods: Readonly<Record<string, Handler>> | Handler;
}

/** Makes the handler of everything that the routes name; anything else is told what there is. */
export function route(routes: readonly Route[]): (req: IncomingMessage, res: ServerResponse) => void {
  const list = routes.map((known) => `  ${known.path}${known.rest ?? ''} (${allowed(known)})\n`).join('');
  return (req, res) => {
    const { url = '' } = req;
    const path = url.split('?', 1)[0] ?? '';
    const known = routes.find((candidate) => leadsTo(candidate, path));
    if (!known) {
      answer(res, 404, `404 Not Found: the origin answers everything outside /_origin/, and here\n${list}`);
      return;
    }
    const handler = handlerOf(known, req.method ?? '');
    if (handler) handler(req, res, new URLSearchParams(url.slice(path.length)), path.slice(known.path.length));
    else answer(res, 405, `405 Method Not Allowed: ${path} takes ${allowed(known)}\n`, { Allow: allowed(known) });
  };
}

function leadsTo({ path }: Route, asked: string): boolean {
  return path.endsWith('/') ? asked.startsWith(path) && asked !== path : asked === path;
}

function handlerOf({ methods }: Route, method: string): Handler | undefined {
  if (typeof methods === 'function') return methods;
  const name = method === 'HEAD' ? 'GET' : method;
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

function allowed({ methods }: Route): string {
  if (typeof methods === 'function') return 'any method';
  return Object.keys(methods)
    .flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
    .join(', ');
}
