import type { RequestListener } from 'node:http';

/**
 * Keeps the client's request target away from everything that would parse it. The handler gets `/` as `req.url`, and the
 * target, byte for byte, as `req.originalUrl` (Express's name for it): no odd target can then lead a request off the road.
 */
export function targetKept(handler: RequestListener): RequestListener {
  return (req, res) => handler(Object.assign(req, { originalUrl: req.url, url: '/' }), res);
}
