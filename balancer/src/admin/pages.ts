import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type RequestHandler, type Response, Router } from 'express';

/** What the dashboard consists of; anything else in its folder is not for browsers. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  // What a package has in its place.
  '.js': 'text/javascript; charset=utf-8',
};

/** The parts of the one stylesheet that the page loads, in the order in which they count. */
const styles = ['base', 'layout', 'pools', 'picture', 'origins', 'requests', 'steps', 'charts'].map((name) => `style/${name}.css`);

/** The page may load its own files and talk to its own server, and nothing else; no other page may frame it. */
const shields = {
  'Content-Security-Policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** A file as browsers get it. */
interface Served {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

/** Rooms that run in browsers as they do here; anything in them is for everybody. */
const rooms = ['brain', 'simulate'];
const source = new URL('../', import.meta.url);

/**
 * Serves the dashboard: its page at `/`, everything the page loads under `/dashboard/`, all stylesheets as one; and the code that
 * decides, under `/brain/` and `/simulate/`, so that a page can play it. Which files there are is read once, and only these are served, so that no path leads anywhere else. A file is made ready when it is first asked
 * for: a balancer that nobody watches has no work with it.
 */
export function pages(): Router {
  const router = Router();
  const folder = new URL('dashboard/', import.meta.url);
  for (const path of filesIn(folder)) {
    if (styles.includes(path)) continue;
    router.get(path === 'index.html' ? '/' : `/dashboard/${path}`, page(new URL(path, folder)));
  }
  for (const path of rooms.flatMap((room) => filesIn(new URL(room, source)).map((name) => `${room}/${name}`))) {
    router.get(`/${path}`, page(new URL(path, source)));
  }
  router.get('/dashboard/style.css', page(...styles.map((path) => new URL(path, folder))));
  return router;
}

/** The paths of the files in a folder that are for browsers. */
function filesIn(folder: URL): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names.filter((path) => types[extname(path)] !== undefined);
}

/** Answers with a file, or several as one, kept once they have been read. */
function page(...files: readonly URL[]): RequestHandler {
  let ready: Promise<Served> | undefined;
  return async (req, res) => {
    ready ??= prepare(files);
    const { type, plain, gzipped, etag } = await ready;
    res.set({ ...shields, 'Cache-Control': 'no-cache', 'Content-Type': type, ETag: etag }).vary('Accept-Encoding');
    if (req.fresh) res.status(304).end();
    else if (req.acceptsEncodings('gzip', 'identity') === 'gzip') send(res.set('Content-Encoding', 'gzip'), gzipped);
    else send(res, plain);
  };
}

/** `res.send` would add a charset and an ETag of its own. */
function send(res: Response, bytes: Buffer): void {
  res.set('Content-Length', String(bytes.length)).end(bytes);
}

async function prepare(files: readonly URL[]): Promise<Served> {
  const extension = extname(files[0]?.pathname ?? '');
  const type = types[extension] ?? '';
  const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');
  const plain = Buffer.from(extension === '.ts' ? withoutTypes(text) : text);
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { type, plain, gzipped: await promisify(gzip)(plain, { level: 9 }), etag };
}

/**
 * TypeScript without its types, as Node runs it. Node warns once that this function is experimental: true, but no news to whoever
 * watches the balancer's log, so warnings are off while it runs. Nothing else can run meanwhile.
 */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } finally {
    process.emitWarning = emitWarning;
  }
}
