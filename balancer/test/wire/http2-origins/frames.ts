import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Origin } from '../../../src/brain/select/origin.ts';

/** Types of frames, and flags (RFC 9113 §6). */
export const types = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 };
export const flags = { endStream: 1, ack: 1, endHeaders: 4 };

/** One frame of HTTP/2. */
export function frame(type: number, flag: number, stream: number, payload: Buffer | string = ''): Buffer {
  const body = Buffer.from(payload as string);
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** Whole numbers of four bytes each. */
export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** Fields as HPACK has them in its plainest form: never indexed, no Huffman. Names and values are shorter than 127 bytes, or `long` is for them. */
export function block(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  const length = [Math.min(127, bytes.length)];
  if (bytes.length >= 127) {
    let rest = bytes.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** The head of an answer in one frame. */
export function head(stream: number, fields: Readonly<Record<string, string>> = {}, ends = false): Buffer {
  return frame(types.headers, flags.endHeaders + (ends ? flags.endStream : 0), stream, block({ ':status': '200', ...fields }));
}

export function data(stream: number, payload: string | Buffer, ends = false): Buffer {
  return frame(types.data, ends ? flags.endStream : 0, stream, payload);
}

export function reset(stream: number, code: number): Buffer {
  return frame(types.reset, 0, stream, numbers(code));
}

export function goaway(last: number, code = 0): Buffer {
  return frame(types.goaway, 0, 0, numbers(last, code));
}

/** SETTINGS: pairs of an identifier and a value. */
export function settings(...pairs: readonly (readonly [number, number])[]): Buffer {
  const payload = pairs.map(([id, value]) => Buffer.concat([Buffer.of(0, id), numbers(value)]));
  return frame(types.settings, 0, 0, Buffer.concat(payload));
}

/** A frame as it came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** An origin that is made of frames. */
export interface FrameOrigin {
  readonly origin: Origin;
  readonly sockets: Socket[];
  /** Every frame that came, over all connections. */
  readonly frames: Frame[];
  close(): Promise<void>;
}

/** What such an origin does: as soon as somebody is connected, and with each frame that comes. */
export interface FrameBehaviour {
  readonly connected?: (socket: Socket) => void;
  readonly took?: (frame: Frame, socket: Socket) => void;
  /** Whether it doesn't acknowledge SETTINGS. */
  readonly isMute?: boolean;
}

/** Starts one. Where nothing else is said, it sends SETTINGS at first and acknowledges the other side's. */
export async function startFrameOrigin({
  connected = (socket) => socket.write(settings()),
  took,
  isMute,
}: FrameBehaviour): Promise<FrameOrigin> {
  const sockets: Socket[] = [];
  const frames: Frame[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    connected(socket);
    readFrames(socket, (one) => {
      frames.push(one);
      if (!isMute && one.type === types.settings && one.flags !== flags.ack) socket.write(frame(types.settings, flags.ack, 0));
      took?.(one, socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ origin: http2OriginAt(port), sockets, frames },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Reads what a client sends, behind its preface. */
function readFrames(socket: Socket, took: (frame: Frame) => void): void {
  let pending = Buffer.alloc(0);
  let at = 24;
  socket.on('data', (piece: Buffer) => {
    pending = Buffer.concat([pending, piece]);
    while (pending.length >= at + 9 && pending.length >= at + 9 + pending.readUIntBE(at, 3)) {
      const end = at + 9 + pending.readUIntBE(at, 3);
      const [type = 0, flag = 0] = pending.subarray(at + 3, at + 5);
      took({ type, flags: flag, stream: pending.readUInt32BE(at + 5), payload: pending.subarray(at + 9, end) });
      pending = pending.subarray(end);
      at = 0;
    }
  });
}

/** An origin of HTTP/2 on loopback. */
export function http2OriginAt(port: number, scheme = 'h2c'): Origin {
  return { id: `127.0.0.1:${port}`, url: new URL(`${scheme}://127.0.0.1:${port}`), weight: 1, backup: false };
}
