/** The types of frames (RFC 9113 §6). */
export const types = {
  ...{ data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 },
} as const;

/** Flags of frames. */
export const flags = { none: 0, endStream: 1, ack: 1, endHeaders: 4 } as const;

/** The codes of errors (RFC 9113 §7). */
export const codes = {
  ...{ none: 0, protocol: 1, internal: 2, flowControl: 3, streamClosed: 5, frameSize: 6, refused: 7, cancel: 8, compression: 9, calm: 11 },
} as const;

/** The numbers of settings (RFC 9113 §6.5.2). */
export const settings = { headerTable: 1, initialWindow: 4, maxFrame: 5 } as const;

/** What every client says first (RFC 9113 §3.4). */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A frame as it came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A frame's bytes. */
export function frame(type: number, flag: number, stream: number, payload: Buffer | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flag, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** Four bytes. */
export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** The payload of SETTINGS. */
export function settingsOf(...pairs: (readonly [number, number])[]): Buffer {
  return Buffer.concat(pairs.map(([name, value]) => Buffer.concat([Buffer.from([name >> 8, name & 255]), word(value)])));
}

/** Fields as literals that are not indexed, byte for byte (RFC 7541 §6.2.2). */
export function block(...fields: (readonly [string, string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([integer(bytes.length), bytes]);
}

/** With a prefix of seven bits (RFC 7541 §5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes: number[] = [127];
  let rest = value - 127;
  while (rest >= 128) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

/** The pseudo-fields of a request. */
export const asking = (path = '/', method = 'GET'): (readonly [string, string])[] => [
  [':method', method],
  [':scheme', 'http'],
  [':path', path],
  [':authority', 'a'],
];
