import type { Readable } from 'node:stream';

/** A request as it leaves for an origin by HTTP/2. Fields are name, value, name, value …, each character a byte, names in lower case. */
export interface StreamOutgoing {
  readonly method: string;
  /** What is asked for, as `:path` has it. */
  readonly target: string;
  /** Who is asked, as `:authority` has it. */
  readonly authority: string;
  /** All fields but `Host`, and none that belongs to a connection of HTTP/1.1 (RFC 9113 §8.2.2). */
  readonly fields: readonly string[];
  readonly body: Buffer | Readable | null;
  /** Told what a streamed body came to that was taken back when it had ended: from now on it is that. */
  readonly becameWhole: (body: Buffer) => void;
  /** The fields behind the body; asked for when it has ended. */
  readonly trailers: () => readonly string[];
  /** Whether it may be sent again although an origin may have acted on it (RFC 9110 §9.2.2). */
  readonly isRepeatable: boolean;
  /** Where it asks for a WebSocket: what `Sec-WebSocket-Key` says. */
  readonly webSocketKey: string | undefined;
}

/** What begins a request (RFC 9113 §8.3.1), and behind that its fields. */
export function headOf({ method, target, authority, fields }: StreamOutgoing, scheme: string): string[] {
  return [':method', method, ':scheme', scheme, ':authority', authority, ':path', target, ...fields];
}

/** The same for one that asks for a WebSocket: a tunnel for that protocol (RFC 8441 §4). */
export function tunnelHeadOf({ target, authority, fields }: StreamOutgoing, scheme: string): string[] {
  return [':method', 'CONNECT', ':protocol', 'websocket', ':scheme', scheme, ':authority', authority, ':path', target, ...fields];
}

/** Name, value, name, value … as Node takes trailers. */
export function byName(fields: readonly string[]): Record<string, string[]> {
  const named: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    named[name] ??= [];
    named[name].push(fields[i + 1] as string);
  }
  return named;
}
