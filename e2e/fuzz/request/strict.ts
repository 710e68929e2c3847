import { type Asked, valuesOf } from './asked.ts';

/** What a strict reader makes of a connection's bytes. */
export interface StrictReading {
  readonly requests: readonly Asked[];
  /** Where the last of them ends. */
  readonly end: number;
  /** The begun request that isn't whole, as far as its head is. */
  readonly begun: Asked | undefined;
  /** What stands there that may not, if anything does; nothing behind it was read. */
  readonly problem: string | undefined;
}

const startLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~]+) (HTTP\/1\.1)$/;
const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e\x80-\xff]*)$/;
const sizeLine = /^(?:0|[1-9a-f][0-9a-f]{0,12})$/i;

/**
 * Reads requests as RFC 9112 would have a gateway write them, with nothing that any reader could take in another way: one Host, one length
 * or chunks, CR LF everywhere, no folds, no extensions. A reader of its own, on purpose: it shares nothing with those that it watches.
 */
export function readStrictly(text: string): StrictReading {
  const requests: Asked[] = [];
  for (let at = 0; ; ) {
    const stopped = (begun?: Asked, problem?: string) => ({ requests, end: at, begun, problem });
    const headEnd = text.indexOf('\r\n\r\n', at);
    if (headEnd === -1) return stopped();
    const head = headIn(text.slice(at, headEnd));
    if (typeof head === 'string') return stopped(undefined, head);
    const body = bodyIn(head, text, headEnd + 4);
    if (typeof body !== 'object') return stopped(head, body);
    requests.push({ ...head, ...body.part, isWhole: true });
    at = body.end;
  }
}

function headIn(text: string): Asked | string {
  const [first = '', ...lines] = text.split('\r\n');
  const [, method, target, version] = startLine.exec(first) ?? [];
  if (method === undefined || target === undefined || version === undefined) return `the request line ${JSON.stringify(first)}`;
  const fields = fieldsIn(lines);
  if (typeof fields === 'string') return fields;
  const asked = { method, target, version, fields, body: '', trailers: [], isWhole: false };
  if (valuesOf(asked, 'host').length !== 1) return 'not one Host';
  const [lengths, codings] = [valuesOf(asked, 'content-length'), valuesOf(asked, 'transfer-encoding')];
  if (lengths.length + codings.length > 1) return 'more than one length or coding';
  if (lengths.some((length) => !/^(?:0|[1-9]\d{0,15})$/.test(length))) return `a length of ${lengths}`;
  return codings.some((coding) => coding.toLowerCase() !== 'chunked') ? `a coding of ${codings}` : asked;
}

function fieldsIn(lines: readonly string[]): string[] | string {
  const fields: string[] = [];
  for (const line of lines) {
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return `the line ${JSON.stringify(line)}`;
    fields.push(name, value);
  }
  return fields;
}

type Body = { readonly part: Pick<Asked, 'body' | 'trailers'>; readonly end: number };

/** What follows a head, and where it ends; nothing while it isn't whole. */
function bodyIn(head: Asked, text: string, from: number): Body | string | undefined {
  if (valuesOf(head, 'transfer-encoding').length > 0) return chunksIn(text, from);
  const end = from + Number(valuesOf(head, 'content-length')[0] ?? 0);
  return text.length < end ? undefined : { part: { body: text.slice(from, end), trailers: [] }, end };
}

function chunksIn(text: string, from: number): Body | string | undefined {
  let body = '';
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const line = text.slice(at, lineEnd);
    if (!sizeLine.test(line)) return `a chunk's size of ${JSON.stringify(line)}`;
    const size = Number.parseInt(line, 16);
    if (size === 0) return trailersIn(text, lineEnd, body);
    const data = dataIn(text, lineEnd + 2, size);
    if (data === undefined || data === 'a chunk without its end') return data;
    body += data.slice(0, -2);
    at = lineEnd + 2 + data.length;
  }
}

/** So many bytes of a chunk with the line's end behind them; nothing while they have not come. */
function dataIn(text: string, from: number, size: number): string | undefined {
  const data = text.slice(from, from + size + 2);
  if (data.length < size + 2) return undefined;
  return data.endsWith('\r\n') ? data : 'a chunk without its end';
}

/** `line` is where the last chunk's own line ends. */
function trailersIn(text: string, line: number, body: string): Body | string | undefined {
  const end = text.indexOf('\r\n\r\n', line);
  if (end === -1) return undefined;
  const trailers = end === line ? [] : fieldsIn(text.slice(line + 2, end).split('\r\n'));
  return typeof trailers === 'string' ? trailers : { part: { body, trailers }, end: end + 4 };
}
