import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers with a text. */
export function answer(res: ServerResponse, status: number, body: string, fields: OutgoingHttpHeaders = {}): void {
  res.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(body), ...fields });
  res.end(body);
}

/** Answers with a value as JSON. */
export function answerJson(res: ServerResponse, status: number, value: unknown, fields: OutgoingHttpHeaders = {}): void {
  answer(res, status, `${JSON.stringify(value)}\n`, { 'Content-Type': 'application/json', ...fields });
}

/** Answers that what was asked for can't be done, with everything that is wrong with it. */
export function refuse(res: ServerResponse, problems: readonly string[]): void {
  answerJson(res, 400, { error: 'this cannot be done; nothing has changed', problems });
}
