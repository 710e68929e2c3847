import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Endless } from './endless.ts';
import { type Frame, FrameReader, frame, opcodes, Violation } from './frames.ts';
import { handshakeFor } from './handshake.ts';

/** The longest message, in bytes: 1 MiB. */
export const longestMessage = 1024 ** 2;

/** The most frames that one message may come in. */
const mostFragments = 16 * 1024;

/** How long a client has to hang up once the connection is closed, in ms. */
const goodbyeMs = 1000;

/** Sends every message of a WebSocket back as it came, until either side closes it (RFC 6455). */
export function echoMessages(req: IncomingMessage, socket: Duplex, head: Buffer, endless: Endless): void {
  const session = new Session(socket);
  socket.once(
    'close',
    endless.add(() => session.close(1001, 'the origin stops')),
  );
  socket.write(handshakeFor(req));
  if (head.length > 0) session.take(head);
  socket.on('data', (piece: Buffer) => session.take(piece));
  // The client has hung up without a word, or the connection broke.
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
}

class Session {
  readonly #socket: Duplex;
  readonly #reader = new FrameReader(longestMessage);
  #opcode = 0;
  #fragments: Buffer[] = [];
  #size = 0;
  #isClosed = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Takes what arrives. */
  take(piece: Buffer): void {
    if (this.#isClosed) return;
    try {
      for (const each of this.#reader.read(piece)) this.#follow(each);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.close(error.code, error.message);
    }
  }

  /** Closes the connection, and says why. */
  close(code: number, reason: string): void {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.#closeWith(payload);
  }

  #follow({ opcode, payload, isLast }: Frame): void {
    if (this.#isClosed) return;
    if (opcode === opcodes.ping) this.#send(opcodes.pong, payload);
    else if (opcode === opcodes.close) this.#closeWith(checkedClose(payload));
    else if (opcode !== opcodes.pong) this.#gather(opcode, payload, isLast);
  }

  /** Puts a message together out of its fragments, and sends it back. */
  #gather(opcode: number, payload: Buffer, isLast: boolean): void {
    const isBegun = this.#opcode !== 0;
    if (isBegun !== (opcode === opcodes.more)) {
      throw new Violation(1002, isBegun ? 'a message begins before the last one has ended' : 'there is no message to go on with');
    }
    if (!isBegun) this.#opcode = opcode;
    this.#size += payload.length;
    if (payload.length > 0) this.#fragments.push(payload);
    if (this.#size > longestMessage || this.#fragments.length > mostFragments) {
      throw new Violation(1009, `a message may have ${longestMessage} bytes, in ${mostFragments} frames`);
    }
    if (isLast) this.#sendBack();
  }

  #sendBack(): void {
    const message = Buffer.concat(this.#fragments);
    const opcode = this.#opcode;
    this.#opcode = 0;
    this.#fragments = [];
    this.#size = 0;
    if (opcode === opcodes.text && !isUtf8(message)) throw new Violation(1007, 'a text must be UTF-8');
    this.#send(opcode, message);
  }

  /** Sends a frame; while the client takes nothing, nothing is taken of it. */
  #send(opcode: number, payload: Buffer): void {
    if (this.#socket.write(frame(opcode, payload)) || this.#socket.isPaused()) return;
    this.#socket.pause();
    this.#socket.once('drain', () => this.#socket.resume());
  }

  #closeWith(payload: Buffer): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#fragments = [];
    this.#socket.end(frame(opcodes.close, payload));
    this.#socket.resume();
    const late = setTimeout(() => this.#socket.destroy(), goodbyeMs);
    this.#socket.once('close', () => clearTimeout(late));
  }
}

/** The close frame to answer a client's with: the same, if it is one (RFC 6455 §5.5.1, §7.4). */
function checkedClose(payload: Buffer): Buffer {
  if (payload.length === 0) return payload;
  if (payload.length === 1 || !mayBeSent(payload.readUInt16BE())) throw new Violation(1002, 'no such code to close with');
  if (!isUtf8(payload.subarray(2))) throw new Violation(1007, 'a reason must be UTF-8');
  return payload;
}

function mayBeSent(code: number): boolean {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}
