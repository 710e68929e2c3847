import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import { exchangeOf } from '../admit/road-exchange.ts';
import { refusals } from '../brain/exchange/refusals.ts';
import type { Redirected, Responded, Routed, RoutedToPool } from '../brain/route/routed.ts';
import { refuse } from '../listen/refuse.ts';
import { editsOf } from './field-edits.ts';

const refusalsBy = {
  denied: refusals.forbidden,
  limited: refusals.tooOften,
  unclear: refusals.unclearPath,
  nowhere: refusals.nowhere,
} as const;

/** Answers what no origin is to answer, as its route has it. What else the client sends is not read as another request. */
export function answerRouted(res: Response, routed: Exclude<Routed, RoutedToPool>): void {
  if (hasBody(res.req)) res.shouldKeepAlive = false;
  if (routed.kind === 'redirect') answer(res, routed, `${routed.location}\n`, { Location: routed.location });
  else if (routed.kind === 'respond') answer(res, routed, routed.text && `${routed.text}\n`, later(routed));
  else {
    for (const [name, value] of Object.entries('retryAfter' in routed ? later(routed) : {})) res.setHeader(name, value);
    refuse(res, refusalsBy[routed.kind], ` (request ${exchangeOf(res.req).id})`);
  }
}

/** When to come again, where that is known (RFC 9110 §10.2.3). */
function later(routed: Readonly<{ retryAfter?: number }>): Record<string, string> {
  return routed.retryAfter === undefined ? {} : { 'Retry-After': `${routed.retryAfter}` };
}

/** Whether a request has a body, of which nothing was read. */
function hasBody({ headers }: Response['req']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Answers in the origin's place. No cache may keep it: it is true for as long as the configuration says so. */
function answer(res: Response, { route, status }: Redirected | Responded, text: string, own: Readonly<Record<string, string>>): void {
  const body = Buffer.from(text);
  const about = body.length > 0 ? { 'Content-Type': 'text/plain; charset=utf-8' } : {};
  const fields = Object.entries({ 'Cache-Control': 'no-store', ...about, ...own }).flat();
  const edited = editsOf(route.answerFields)?.edited(fields) ?? fields;
  // A 204 has no length (RFC 9110 §8.6).
  if (status !== 204) edited.push('Content-Length', `${body.length}`);
  res.writeHead(status, STATUS_CODES[status] ?? '', edited);
  res.end(body);
}
