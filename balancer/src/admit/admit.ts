import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { beginExchange } from '../exchange.ts';

/** The first stage: a request becomes an exchange. One that names no host, or several, is refused (RFC 9112 §3.2). */
export function admit(now: () => number): RequestHandler {
  return (req, res, next) => {
    beginExchange(res, {
      id: randomUUID(),
      method: req.method,
      target: req.originalUrl,
      client: req.socket.remoteAddress ?? '',
      startedAt: now(),
      attempts: [],
      body: null,
    });
    if ((req.headersDistinct['host']?.length ?? 0) > 1) res.status(400).type('text').send('400 Bad Request: more than one Host\n');
    else next();
  };
}
