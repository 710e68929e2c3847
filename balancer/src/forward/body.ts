import type { Readable } from 'node:stream';
import type { Request } from 'express';

/**
 * The request's body, not read before the request is written to an origin, so that another can still have it.
 * undici would destroy a plain stream, and take the client's socket off it, when an origin answers without reading it all.
 */
export function bodyOf(req: Request): Readable {
  const iterable = req.iterator({ destroyOnReturn: false });
  return iterable as unknown as Readable; // undici takes any async iterable, its types don't say so
}

/** Whether the message has a body, by its framing (RFC 9112 §6.3). */
export function hasBody(req: Request): boolean {
  const length = req.headers['content-length'];
  return req.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
