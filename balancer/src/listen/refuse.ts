import { type Refusal, statusIn } from '../brain/exchange/refusals.ts';
import type { Reply } from './reply.ts';

/** How long who finds no room is asked to wait, in s (RFC 9110 §10.2.3). */
const retryAfter = '1';

/** A refusal as an answer: fields are name, value, name, value … */
interface RefusalAnswer {
  readonly status: number;
  readonly phrase: string;
  readonly fields: string[];
  readonly text: string;
}

/** What a refusal is answered with; `end` stands behind what is told. No cache may keep it: it is true of this request, and of now. */
export function answerOf(refusal: Refusal, end = ''): RefusalAnswer {
  const text = `${refusal}${end}\n`;
  const status = statusIn(refusal);
  const [line = ''] = refusal.split(':', 1);
  return {
    status,
    phrase: line.slice(line.indexOf(' ') + 1),
    fields: [
      ...(status === 503 ? ['Retry-After', retryAfter] : []),
      ...['Cache-Control', 'no-store', 'Content-Type', 'text/plain; charset=utf-8', 'Content-Length', `${text.length}`],
    ],
    text,
  };
}

/** Answers a request in an origin's place; `end` stands behind what is told, and `more` before a refusal's own fields. To be called before any answer has begun. */
export function refuse(reply: Reply, refusal: Refusal, end = '', more: readonly string[] = []): void {
  const { status, phrase, fields, text } = answerOf(refusal, end);
  reply.answer(status, phrase, [...more, ...fields], text);
}
