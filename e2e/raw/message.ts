/** One HTTP/1.1 message as it stood on the wire. */
export interface Message {
  readonly startLine: string;
  /** The fields' lines as they came, without the one that ends them. */
  readonly fields: string;
  readonly body: Buffer;
  /** The trailers' lines as they came. */
  readonly trailers: string;
  /** How many bytes it took. */
  readonly length: number;
}

/** What the bytes can't tell by themselves. */
export interface Framing {
  /** Whether a message with this start line and these fields has no body, whatever its fields declare. */
  readonly isBodyless: (startLine: string) => boolean;
  /** Whether nothing more will come, which ends an answer that declares no length (RFC 9112 §6.3). */
  readonly isOver: boolean;
}

/** The value of a field in a message's lines, or nothing. */
export function fieldIn(fields: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(fields)?.[1];
}

/**
 * The message that the bytes begin with; nothing while it isn't whole. A reader of our own, and a strict one: a library would hide
 * what stands between two messages. Throws where there is no message.
 */
export function messageIn(bytes: Buffer, { isBodyless, isOver }: Framing): Message | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  if (!/^HTTP\/1\.[01] \d{3}|^\S+ \S+ HTTP\/1\.[01]$/.test(startLine))
    throw new Error(`no message begins with ${JSON.stringify(startLine)}`);
  const fields = lines.join('\r\n');
  const from = end + 4;
  const whole = (to: number) => ({ startLine, fields, body: bytes.subarray(from, to), trailers: '', length: to });
  if (isBodyless(startLine)) return whole(from);
  if (/\bchunked\b/i.test(fieldIn(fields, 'transfer-encoding') ?? '')) return chunkedIn(bytes, from, { startLine, fields });
  const declared = fieldIn(fields, 'content-length');
  if (declared !== undefined) return bytes.length < from + Number(declared) ? undefined : whole(from + Number(declared));
  if (!startLine.startsWith('HTTP/')) return whole(from);
  return isOver ? whole(bytes.length) : undefined;
}

function chunkedIn(bytes: Buffer, from: number, head: Pick<Message, 'startLine' | 'fields'>): Message | undefined {
  const chunks: Buffer[] = [];
  for (let at = from; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    if (size === 0) return withTrailers(bytes, line, { ...head, body: Buffer.concat(chunks) });
    if (bytes.length < line + 2 + size + 2) return undefined;
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** `line` is where the last chunk's own line ends. */
function withTrailers(bytes: Buffer, line: number, message: Omit<Message, 'trailers' | 'length'>): Message | undefined {
  const end = bytes.indexOf('\r\n\r\n', line);
  return end < 0 ? undefined : { ...message, trailers: bytes.toString('latin1', line + 2, Math.max(end, line + 2)), length: end + 4 };
}
