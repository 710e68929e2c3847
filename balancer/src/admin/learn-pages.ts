import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type RequestHandler, Router } from 'express';
import { type FileToServe, serveFile } from './serve-file.ts';

/** Makes the course's files, where its source is. */
const maker = new URL('../../../learn/site/files.ts', import.meta.url);

/** The course's files as they are written, which a package has in the source's place. */
const written = new URL('../../learn/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

const absent = '404 Not Found: the course is not part of this installation; its source is the folder learn/ of the project\n';

/** What tells a page of the course that a balancer is near, and where its API is. */
const live = '<meta name="lb-live" content="/api">\n</head>';

/**
 * Serves the course under `/learn/`. Nothing of it is loaded before somebody asks; then it is found out once which files there are, and
 * only these are served, so that no path leads anywhere else.
 */
export function learnPages(): Router {
  let handlers: Promise<ReadonlyMap<string, RequestHandler>> | undefined;
  const router = Router({ strict: true });
  router.get('/learn', (_req, res) => res.redirect('/learn/'));
  router.get('/learn/{*path}', async (req, res, next) => {
    handlers ??= found();
    const files = await handlers;
    const path = req.path.slice('/learn/'.length);
    const handler = files.get(path) ?? files.get(`${path}index.html`);
    if (handler) await handler(req, res, next);
    else if (files.has(`${path}/index.html`)) res.redirect(`/learn/${path}/`);
    else if (files.size > 0) next();
    else res.status(404).type('text').send(absent);
  });
  return router;
}

/** What answers each path below `/learn/`. */
async function found(): Promise<ReadonlyMap<string, RequestHandler>> {
  const files = existsSync(maker) ? await madeHere() : existsSync(written) ? readHere() : [];
  return new Map([...files].map(([path, file]) => [path, serveFile(path.endsWith('.html') ? withLive(file) : file)]));
}

async function madeHere(): Promise<Iterable<readonly [string, FileToServe]>> {
  const { site } = (await import(maker.href)) as { readonly site: () => Promise<{ readonly files: ReadonlyMap<string, FileToServe> }> };
  return (await site()).files;
}

function readHere(): readonly (readonly [string, FileToServe])[] {
  const paths = readdirSync(written, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return paths.flatMap((path) => {
    const type = types[extname(path)];
    return type === undefined ? [] : [[path, { type, bytes: () => readFile(new URL(path, written)) }] as const];
  });
}

function withLive({ type, bytes }: FileToServe): FileToServe {
  return { type, bytes: async () => Buffer.from(String(await bytes()).replace('</head>', live)) };
}
