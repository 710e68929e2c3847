import { STATUS_CODES } from 'node:http';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { refusals } from '../brain/exchange/refusals.ts';
import type { Redirected, Responded, Routed, RoutedToPool } from '../brain/route/routed.ts';
import { refuse } from '../listen/refuse.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { editsOf } from './field-edits.ts';

const refusalsBy = {
  denied: refusals.forbidden,
  limited: refusals.tooOften,
  unclear: refusals.unclearPath,
  nowhere: refusals.nowhere,
} as const;

/** What is to be answered, and the fields that the balancer adds: name, value, name, value … */
interface Told {
  readonly routed: Exclude<Routed, RoutedToPool>;
  readonly told: readonly string[];
}

/** Answers what no origin is to answer, as its route has it. What else the client sends is not read as another request. */
export function answerRouted({ id }: RoadExchange, request: RoadRequest, reply: Reply, { routed, told }: Told): void {
  if (hasBody(request)) reply.sayLast();
  if (routed.kind === 'redirect') answer(reply, routed, `${routed.location}\n`, ['Location', routed.location, ...told]);
  else if (routed.kind === 'respond') answer(reply, routed, routed.text && `${routed.text}\n`, [...later(routed), ...told]);
  else refuse(reply, refusalsBy[routed.kind], ` (request ${id})`, [...('retryAfter' in routed ? later(routed) : []), ...told]);
}

/** When to come again, where that is known (RFC 9110 §10.2.3). */
function later(routed: Readonly<{ retryAfter?: number }>): string[] {
  return routed.retryAfter === undefined ? [] : ['Retry-After', `${routed.retryAfter}`];
}

/** Whether a request has a body, of which nothing was read. */
export function hasBody({ headers }: RoadRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Answers in the origin's place. No cache may keep it: it is true for as long as the configuration says so. */
function answer(reply: Reply, { route, status }: Redirected | Responded, text: string, own: readonly string[]): void {
  const body = Buffer.from(text);
  const about = body.length > 0 ? ['Content-Type', 'text/plain; charset=utf-8'] : [];
  const fields = ['Cache-Control', 'no-store', ...about, ...own];
  const edited = editsOf(route.answerFields)?.edited(fields) ?? fields;
  // A 204 has no length (RFC 9110 §8.6).
  if (status !== 204) edited.push('Content-Length', `${body.length}`);
  reply.answer(status, STATUS_CODES[status] ?? '', edited, body);
}
