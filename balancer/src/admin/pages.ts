import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { constants, gzipSync } from 'node:zlib';
import { type RequestHandler, Router } from 'express';

const folder = new URL('dashboard/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * What a browser may do with the page: load its own files and ask its own server, nothing else; no script or style that is not
 * in a file (Content Security Policy Level 3).
 */
const policy = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ');

const fields = {
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
  Vary: 'Accept-Encoding',
};

/** A file of the dashboard, as browsers get it. */
export interface Page {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly tag: string;
}

/** The dashboard's files by name, TypeScript without its types: read, stripped and compressed once. */
export function readPages(): ReadonlyMap<string, Page> {
  const names = readdirSync(folder).filter((name) => extensionOf(name) in types);
  return new Map(names.map((name) => [name, pageOf(name)]));
}

/** Serves the dashboard: the page at `/`, its other files under their names. */
export function dashboard(): Router {
  let pages: ReadonlyMap<string, Page> | undefined;
  const serve: RequestHandler = (req, res, next) => {
    pages ??= readPages();
    const page = pages.get(req.path === '/' ? 'index.html' : req.path.slice(1));
    if (!page) return next();
    res.set({ ...fields, 'Content-Type': page.type, ETag: page.tag });
    if (req.fresh) return void res.status(304).end();
    if (!req.acceptsEncodings('gzip')) return void res.end(page.body);
    res.set('Content-Encoding', 'gzip').end(page.gzipped);
  };
  return Router().get(/^\/[\w-]*(\.\w+)?$/, serve);
}

function pageOf(name: string): Page {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const body = Buffer.from(extensionOf(name) === 'ts' ? withoutTypes(text) : text);
  return {
    type: types[extensionOf(name)] ?? '',
    body,
    gzipped: gzipSync(body, { level: constants.Z_BEST_COMPRESSION }),
    tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}

/** Node warns that this function is experimental, which the balancer's users can't do anything about. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
