/** A frame of a WebSocket (RFC 6455 §5.2), unmasked. */
export interface Frame {
  readonly isLast: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What a frame is for. */
export const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const known: ReadonlySet<number> = new Set(Object.values(opcodes));

/** A client breaks the protocol; `code` is what it is told as the connection closes (RFC 6455 §7.4.1). */
export class Violation extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads a client's frames out of what arrives, in pieces of any size. Takes no more memory than the frame at hand needs. */
export class FrameReader {
  readonly #longest: number;
  /** The longest head has two bytes, eight of length and four of mask. */
  readonly #head = Buffer.alloc(14);
  #headSize = 0;
  #payload: Buffer | undefined;
  #payloadSize = 0;

  /** A frame of more than `longest` bytes is a violation. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The frames that end in this piece. */
  *read(piece: Buffer): Generator<Frame> {
    let at = 0;
    while (at < piece.length) {
      at += this.#payload ? this.#takePayload(this.#payload, piece, at) : this.#takeHead(piece, at);
      if (this.#payload?.length !== this.#payloadSize) continue;
      yield frameOf(this.#head, this.#payload);
      this.#payload = undefined;
      this.#headSize = 0;
    }
  }

  #takePayload(payload: Buffer, piece: Buffer, at: number): number {
    const taken = piece.copy(payload, this.#payloadSize, at);
    this.#payloadSize += taken;
    return taken;
  }

  #takeHead(piece: Buffer, at: number): number {
    const whole = this.#headSize < 2 ? 2 : headLength(this.#head);
    const taken = piece.copy(this.#head, this.#headSize, at, at + whole - this.#headSize);
    this.#headSize += taken;
    if (this.#headSize === 2) checkStart(this.#head);
    if (this.#headSize > 2 && this.#headSize === whole) {
      const length = payloadLength(this.#head);
      if (length > this.#longest) throw new Violation(1009, `a frame may have ${this.#longest} bytes`);
      this.#payload = Buffer.allocUnsafe(length);
      this.#payloadSize = 0;
    }
    return taken;
  }
}

/** A frame of the server, which is never masked (RFC 6455 §5.1). */
export function frame(opcode: number, payload: Buffer): Buffer {
  const start = 0x80 | opcode;
  if (payload.length < 126) return Buffer.concat([Buffer.of(start, payload.length), payload]);
  const isShort = payload.length < 2 ** 16;
  const head = Buffer.alloc(isShort ? 4 : 10);
  head.writeUInt8(start);
  head.writeUInt8(isShort ? 126 : 127, 1);
  if (isShort) head.writeUInt16BE(payload.length, 2);
  else head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

/** Checks what the first two bytes say. */
function checkStart(head: Buffer): void {
  const [first, second] = [head.readUInt8(0), head.readUInt8(1)];
  const opcode = first & 0x0f;
  if ((first & 0x70) !== 0) throw new Violation(1002, 'a reserved bit is set, and no extension was agreed on');
  if (!known.has(opcode)) throw new Violation(1002, `there is no opcode ${opcode}`);
  if ((second & 0x80) === 0) throw new Violation(1002, 'a client must mask its frames');
  const isControl = opcode >= opcodes.close;
  if (isControl && ((first & 0x80) === 0 || (second & 0x7f) > 125)) {
    throw new Violation(1002, 'a control frame is whole and has at most 125 bytes');
  }
}

/** Bytes between the first two and the mask, which hold a length that is too long for these. */
function lengthBytes(head: Buffer): number {
  const short = head.readUInt8(1) & 0x7f;
  if (short < 126) return 0;
  return short === 126 ? 2 : 8;
}

function headLength(head: Buffer): number {
  return 2 + lengthBytes(head) + 4;
}

function payloadLength(head: Buffer): number {
  const bytes = lengthBytes(head);
  if (bytes === 0) return head.readUInt8(1) & 0x7f;
  return bytes === 2 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
}

function frameOf(head: Buffer, payload: Buffer): Frame {
  const mask = head.subarray(headLength(head) - 4, headLength(head));
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return { isLast: (head.readUInt8(0) & 0x80) !== 0, opcode: head.readUInt8(0) & 0x0f, payload };
}
