import type { ServerResponse } from 'node:http';
import { type Refusal, statusIn } from '../brain/exchange/refusals.ts';

/** How long who finds no room is asked to wait, in s (RFC 9110 §10.2.3). */
const retryAfter = '1';

/** The fields of a refusal with so much text. No cache may keep it: it is true of this request, and of now. */
export function refusalFields(refusal: Refusal, length: number): Record<string, string> {
  return {
    ...(statusIn(refusal) === 503 ? { 'Retry-After': retryAfter } : {}),
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': `${length}`,
  };
}

/** The phrase that goes with the status of a refusal. */
export function phraseIn(refusal: Refusal): string {
  const [line = ''] = refusal.split(':', 1);
  return line.slice(line.indexOf(' ') + 1);
}

/** Answers a request in an origin's place; `end` stands behind what is told. To be called before any answer has begun. */
export function refuse(res: ServerResponse, refusal: Refusal, end = ''): void {
  const text = `${refusal}${end}\n`;
  // The phrase is told, since that of an origin may be left over from an answer that could not be begun.
  res.writeHead(statusIn(refusal), phraseIn(refusal), refusalFields(refusal, text.length));
  res.end(text);
}

/**
 * Ends an answer that can't become whole. One that has begun ends with a reset: to a client that reads up to the close (RFC 9112
 * §6.3) an orderly end would make it look whole, and a cache in front of us would keep it.
 */
export function breakOff(res: ServerResponse): void {
  if (res.headersSent) res.socket?.resetAndDestroy();
  res.destroy();
}
