import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http2';

/** What fields of one connection are called, which HTTP/2 doesn't have (RFC 9113 §8.2.2): no origin's come this far. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** What a name and a value may consist of (RFC 9110 §5.1, §5.5). Node and nghttp2 would let any value through. */
const nameForm = /^[!#$%&'*+.^_`|~\w-]+$/;
const valueForm = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A field that can't be sent. */
export class UnsayableField extends Error {
  readonly code = 'ERR_UNSAYABLE_FIELD';
}

/** A status and fields as Node takes them. Throws UnsayableField. */
export function headOf(status: number, fields: readonly string[]): string[] {
  // Node would throw that too, but only when it is too late for another answer.
  if (status > 599) throw new UnsayableField(`status ${status}`);
  const head = [':status', String(status)];
  for (let i = 0; i < fields.length; i += 2) {
    const [name, value] = [fields[i] as string, fields[i + 1] as string];
    const field = name.toLowerCase();
    // A 205 has no body here, whatever an origin of HTTP/1.1 sent behind it (RFC 9110 §15.3.6), and so no length but 0.
    if (ofConnection.has(field) || (status === 205 && field === 'content-length')) continue;
    if (!nameForm.test(field) || !valueForm.test(value)) throw new UnsayableField(field);
    head.push(field, value);
  }
  return head;
}

/** Fields by their names, as Node takes interim ones and trailers. What can't be sent is left out: nobody waits for it. */
export function byName(fields: readonly string[]): OutgoingHttpHeaders {
  const said: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < fields.length; i += 2) {
    const [name, value] = [(fields[i] as string).toLowerCase(), fields[i + 1] as string];
    if (ofConnection.has(name) || !nameForm.test(name) || !valueForm.test(value)) continue;
    said[name] ??= [];
    said[name].push(value);
  }
  return said;
}

/** Whether a head says how long the body is: then no trailers stand behind it, since in HTTP/1.1 none could. */
export function tellsLength(head: readonly string[]): boolean {
  for (let i = 0; i < head.length; i += 2) if (head[i] === 'content-length') return true;
  return false;
}

/** What an origin must say to prove that it has understood a key (RFC 6455 §4.2.2). */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** Takes what an origin proves its understanding with out of its fields; HTTP/2 has no such field (RFC 8441 §5). */
export function withoutAccept(fields: readonly string[]): { readonly accept: string | undefined; readonly others: string[] } {
  const others: string[] = [];
  let accept: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    if (/^sec-websocket-accept$/i.test(fields[i] as string)) accept = fields[i + 1];
    else others.push(fields[i] as string, fields[i + 1] as string);
  }
  return { accept, others };
}
