import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { AnswerHead } from '../answer-head.ts';
import { invalid, Trouble } from '../trouble.ts';

/** The most fields of one answer, as from an origin of HTTP/1.1. */
export const mostFields = 2000;

/**
 * The head of an answer from its fields, `:status` among them: name, value, name, value … nghttp2 has seen to it that each can stand in a
 * head, and that no body contradicts its length. Throws Trouble for one that is longer than is taken, in bytes of HTTP/1.1.
 */
export function headIn(raw: readonly string[], longest: number): AnswerHead {
  const fields = plainFields(raw);
  if (sizeOf(fields) > longest) throw new Trouble('LONG_HEAD');
  if (fields.length > 2 * mostFields) throw invalid(`more than ${mostFields} fields`);
  const status = Number(textOf(raw, ':status'));
  const length = textOf(fields, 'content-length');
  return {
    ...{ status, phrase: STATUS_CODES[status] ?? '', fields, length: length === undefined ? undefined : Number(length) },
    // What has no length is in chunks for who goes on with it in HTTP/1.1.
    coding: length === undefined ? 'chunked' : undefined,
    ...{ connection: undefined, persists: true, kept: undefined },
  };
}

/** The fields without those of HTTP/2 itself. */
export function plainFields(raw: readonly string[]): string[] {
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (!name.startsWith(':')) fields.push(name, raw[i + 1] as string);
  }
  return fields;
}

const websocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The head of HTTP/1.1 that says the same as a tunnel for a WebSocket that was granted (RFC 8441 §5.1): 101, and what is made of the key. */
export function grantedHead(head: AnswerHead, key: string): AnswerHead {
  const accept = createHash('sha1').update(`${key}${websocketGuid}`).digest('base64');
  const fields = head.fields.filter((_, i) => !/^(?:content-length|sec-websocket-accept)$/.test(head.fields[i - (i % 2)] as string));
  return { ...head, status: 101, fields: [...fields, 'sec-websocket-accept', accept] };
}

function textOf(fields: readonly string[], name: string): string | undefined {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
}

function sizeOf(fields: readonly string[]): number {
  return fields.reduce((sum, text) => sum + text.length + 2, 0);
}
