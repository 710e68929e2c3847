import { type Refusal, statusIn } from '../brain/exchange/refusals.ts';
import type { Reply } from './reply.ts';

/** How long who finds no room is asked to wait, in s (RFC 9110 §10.2.3). */
const retryAfter = '1';

/** The fields of a refusal with so much text: name, value, name, value … No cache may keep it: it is true of this request, and of now. */
export function refusalFields(refusal: Refusal, length: number): string[] {
  return [
    ...(statusIn(refusal) === 503 ? ['Retry-After', retryAfter] : []),
    ...['Cache-Control', 'no-store', 'Content-Type', 'text/plain; charset=utf-8', 'Content-Length', `${length}`],
  ];
}

/** The phrase that goes with the status of a refusal. */
export function phraseIn(refusal: Refusal): string {
  const [line = ''] = refusal.split(':', 1);
  return line.slice(line.indexOf(' ') + 1);
}

/** Answers a request in an origin's place; `end` stands behind what is told, and `fields` before a refusal's own. To be called before any answer has begun. */
export function refuse(reply: Reply, refusal: Refusal, end = '', fields: readonly string[] = []): void {
  const text = `${refusal}${end}\n`;
  reply.answer(statusIn(refusal), phraseIn(refusal), [...fields, ...refusalFields(refusal, text.length)], text);
}
