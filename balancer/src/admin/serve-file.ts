import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler, Response } from 'express';

/** The page may load its own files and talk to its own server, and nothing else; no other page may frame it. */
const shields = {
  'Content-Security-Policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** What a file is: its type, and its bytes, which are asked for once. */
export interface FileToServe {
  readonly type: string;
  readonly bytes: () => Promise<Buffer>;
}

/** A file as browsers get it. */
interface Served {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

/** Answers with a file, made ready when it is first asked for and kept: a balancer that nobody watches has no work with it. */
export function serveFile({ type, bytes }: FileToServe): RequestHandler {
  let ready: Promise<Served> | undefined;
  return async (req, res) => {
    ready ??= bytes().then(prepare);
    const { plain, gzipped, etag } = await ready;
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

async function prepare(plain: Buffer): Promise<Served> {
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { plain, gzipped: await promisify(gzip)(plain, { level: 9 }), etag };
}
