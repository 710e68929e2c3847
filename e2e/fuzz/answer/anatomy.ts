/**
 * The parts of what a connection to an origin brings, as far as they can be told apart. A rough reader of its own: it takes what
 * is wrong as well, so that it can be shown what is wrong about it.
 */
export interface Anatomy {
  /** All interim heads and the final one, each with the empty lines before it and the one that ends it. */
  heads: string[];
  /** Each chunk's first line, and its data with what ends them. */
  chunks: { line: string; data: string }[];
  /** The trailers with the empty line that ends them, where there are chunks. */
  trailers: string;
  /** The body where it isn't in chunks. */
  body: string;
  /** What nothing accounts for. */
  behind: string;
}

/** Takes the bytes apart; `textOf` puts them together again. */
export function anatomyOf(bytes: Buffer, method: string): Anatomy {
  const text = bytes.toString('latin1');
  const anatomy: Anatomy = { heads: [], chunks: [], trailers: '', body: '', behind: '' };
  let at = 0;
  for (let isFinal = false; !isFinal && at < text.length; ) {
    const [empty = ''] = text.slice(at).match(/^[\r\n]*/) ?? [];
    const end = endAt(text, '\r\n\r\n', at + empty.length);
    const head = text.slice(at, end);
    anatomy.heads.push(head);
    isFinal = !isInterim(head);
    at = end;
  }
  takeBody(anatomy, text.slice(at), method);
  return anatomy;
}

/** All of it, in its order. */
export function textOf({ heads, chunks, trailers, body, behind }: Anatomy): string {
  return `${heads.join('')}${chunks.map(({ line, data }) => line + data).join('')}${trailers}${body}${behind}`;
}

/** Whether it is the head of an answer before the final one (RFC 9110 §15.2). */
export function isInterim(head: string): boolean {
  return /^\s*\S+ 1(?!01)\d\d/.test(head);
}

/** Whether an answer with this head has no body, whatever its fields declare (RFC 9112 §6.3). */
export function isBodyless(head: string, method: string): boolean {
  return method === 'HEAD' || /^\s*\S+ (?:204|304|101)/.test(head);
}

function takeBody(anatomy: Anatomy, text: string, method: string): void {
  const head = anatomy.heads.at(-1) ?? '';
  const [, length] = /^content-length:[\t ]*0*(\d{1,15})/im.exec(head) ?? [];
  if (isBodyless(head, method)) anatomy.behind = text;
  else if (/^transfer-encoding:/im.test(head)) takeChunks(anatomy, text);
  else {
    anatomy.body = text.slice(0, length === undefined ? undefined : Number(length));
    anatomy.behind = text.slice(anatomy.body.length);
  }
}

function takeChunks(anatomy: Anatomy, text: string): void {
  for (let at = 0; at < text.length; ) {
    const lineEnd = endAt(text, '\r\n', at);
    const line = text.slice(at, lineEnd);
    const size = Number.parseInt(/^[0-9a-f]+/i.exec(line)?.[0] ?? '0', 16);
    const dataEnd = size === 0 ? lineEnd : lineEnd + size + 2;
    anatomy.chunks.push({ line, data: text.slice(lineEnd, dataEnd) });
    at = dataEnd;
    if (size > 0) continue;
    const end = text.startsWith('\r\n', at) ? at + 2 : endAt(text, '\r\n\r\n', at);
    anatomy.trailers = text.slice(at, end);
    anatomy.behind = text.slice(end);
    return;
  }
}

/** Where a mark ends that is looked for from an index; the end of the text where there is none. */
function endAt(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}
