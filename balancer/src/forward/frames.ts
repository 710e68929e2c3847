import { randomBytes } from 'node:crypto';

const nothing = Buffer.alloc(0);

/**
 * Follows the bytes of one direction of a WebSocket, so that a frame of ours is never put into the middle of another one
 * (RFC 6455 §5.2).
 */
export class FrameBoundary {
  /** The bytes of a header that is not whole yet. */
  #header = nothing;
  /** Bytes of the payload that are still to come. */
  #payload = 0;

  /** Whether everything so far ended with a whole frame. */
  get isBetweenFrames(): boolean {
    return this.#payload === 0 && this.#header.length === 0;
  }

  /** Takes in what passed by. */
  pass(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#payload > 0 ? this.#skipPayload(rest) : this.#readHeader(rest);
    }
  }

  #skipPayload(bytes: Buffer): Buffer {
    const skipped = Math.min(this.#payload, bytes.length);
    this.#payload -= skipped;
    return bytes.subarray(skipped);
  }

  #readHeader(bytes: Buffer): Buffer {
    const known = this.#header.length;
    const header = known > 0 ? Buffer.concat([this.#header, bytes]) : bytes;
    const length = headerLength(header);
    if (length === undefined || header.length < length) {
      this.#header = Buffer.from(header);
      return nothing;
    }
    this.#header = nothing;
    this.#payload = payloadLength(header);
    return bytes.subarray(length - known);
  }
}

/** A header is 2 bytes, then 0, 2 or 8 of length, then 4 of masking key if the payload is masked. */
function headerLength(header: Buffer): number | undefined {
  const second = header[1];
  if (second === undefined) return undefined;
  const size = second & 0x7f;
  return 2 + (size === 126 ? 2 : 0) + (size === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const size = header.readUInt8(1) & 0x7f;
  if (size === 126) return header.readUInt16BE(2);
  return size === 127 ? Number(header.readBigUInt64BE(2)) : size;
}

/** A Close frame that says the server is going away: status 1001 (RFC 6455 §7.4.1). What a client sends is masked (§5.3). */
export function goingAway(masked: boolean): Buffer {
  const status = Buffer.from([0x03, 0xe9]);
  if (!masked) return Buffer.from([0x88, status.length, ...status]);
  const key = randomBytes(4);
  return Buffer.from([0x88, 0x80 | status.length, ...key, ...status.map((byte, i) => byte ^ (key[i] as number))]);
}
