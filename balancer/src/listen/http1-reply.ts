import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { together } from '../brain/together.ts';
import { isDeaf } from './deaf-clients.ts';
import { linesOf, pairsOf } from './field-lines.ts';
import type { Reply } from './reply.ts';

/** Up to how many bytes a body counts as small. */
const smallBody = 4096;

/** How many bytes may wait for the next flush. */
const mostHeld = 128 * 1024;

/**
 * A reply of HTTP/1.1 or 1.0. What an origin sends is held until the event loop has read all that there is to read in this turn; then all
 * answers leave one after the other. A short answer so leaves in one write, and a client that each write would wake from its sleep is
 * still awake for the next: that is a fifth of the CPU time of a short exchange.
 */
export class Http1Reply<Req extends IncomingMessage = IncomingMessage> extends ServerResponse<Req> implements Reply {
  sent = 0;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isFlushed = false;
  #isEnded = false;
  #full: (() => void) | undefined;
  #whenClosed: (() => void)[] | undefined;

  get status(): number {
    return this.statusCode;
  }

  get hasBegun(): boolean {
    return this.headersSent;
  }

  get isOver(): boolean {
    return this.writableEnded || this.destroyed;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  get isWhole(): boolean {
    return this.writableFinished;
  }

  get isUnheard(): boolean {
    return isDeaf(this);
  }

  /** A client of HTTP/1.0 is told none, since it knows none (RFC 9110 §15.2). */
  interim(status: number, fields: string[]): boolean {
    if (this.req.httpVersion !== '1.0') this.writeInformation(status, fields);
    return this.socket?.writableNeedDrain !== true;
  }

  begin(status: number, phrase: string, fields: string[], full: () => void): void {
    this.writeHead(status, phraseOf(phrase), asNodeTakes(fields));
    this.#full = full;
    flushSoon(this);
  }

  send(piece: Buffer): void {
    this.sent += piece.length;
    if (this.#isFlushed) {
      if (!this.write(piece)) this.#full?.();
      return;
    }
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes >= mostHeld) this.flush();
  }

  finish(trailers: readonly string[]): void {
    if (trailers.length > 0 && this.chunkedEncoding) this.addTrailers(pairsOf(trailers));
    this.#isEnded = true;
    if (this.#isFlushed) this.end();
  }

  /** Sends what is held, the header at least. */
  flush(): void {
    if (this.#isFlushed) return;
    this.#isFlushed = true;
    if (this.#isEnded) this.#sendWhole();
    else if (this.#heldBytes === 0) this.#sendHeader();
    else if (!this.#sendHeld()) this.#full?.();
  }

  takeBack(): void {
    // Where nothing has begun, the answer of another attempt may come.
    if (this.hasBegun) this.#isFlushed = true;
  }

  answer(status: number, phrase: string, fields: string[], body: string | Buffer): void {
    this.writeHead(status, phrase, fields);
    if (this.req.method !== 'HEAD') this.sent = Buffer.byteLength(body);
    this.end(body);
  }

  upgrade(fields: readonly string[]): Duplex {
    const socket = this.socket as Duplex;
    this.statusCode = 101;
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${linesOf(fields)}\r\n`, 'latin1');
    return socket;
  }

  sayLast(): void {
    this.shouldKeepAlive = false;
  }

  breakOff(): void {
    if (this.headersSent) this.socket?.resetAndDestroy();
    this.destroy();
  }

  whenTaken(goOn: () => void): void {
    // What is told in between is written to the connection itself.
    (this.headersSent ? this : this.socket)?.once('drain', goOn);
  }

  whenClosed(told: () => void): void {
    if (this.isClosed) {
      told();
      return;
    }
    if (!this.#whenClosed) {
      this.#whenClosed = [];
      this.on('close', this.#tellClosed);
    }
    this.#whenClosed.push(told);
  }

  #tellClosed(): void {
    const told = this.#whenClosed ?? [];
    this.#whenClosed = [];
    for (const tell of told) tell();
  }

  #sendWhole(): void {
    const [only] = this.#held;
    if (this.#held.length === 1 && only && only.length <= smallBody) {
      // Node joins a header and a body that is text into one write; for a small one the copy costs less than a second write.
      this.end(only.toString('latin1'), 'latin1');
    } else {
      this.#sendHeld();
      this.end();
    }
  }

  /** Node would write a lone header as UTF-8, and so every byte above ASCII as two, but writes it as the body's first piece. */
  #sendHeader(): void {
    this.write('', 'latin1');
    // Where there may be no body, that did nothing.
    this.flushHeaders();
  }

  /** Node gathers the writes of one turn. False if the client takes no more for now. */
  #sendHeld(): boolean {
    let takesMore = true;
    for (const piece of this.#held) takesMore = this.write(piece);
    this.#held = [];
    return takesMore;
  }
}

/** Flushes an answer at the end of this turn of the event loop, together with all others that wait. */
const flushSoon = together(
  (work) => void setImmediate(work),
  (answer: { flush(): void }) => answer.flush(),
);

/**
 * The fields as Node has to get them so that each byte leaves as it came: behind a Content-Length it takes a Content-Disposition's
 * characters for Latin-1 bytes of UTF-8 text, and decodes that; so it gets what decodes to the right ones.
 */
function asNodeTakes(fields: string[]): string[] {
  let hasLength = false;
  for (let i = 0; i < fields.length; i += 2) {
    const { length } = fields[i] as string;
    if (length === 14 && isNamed(fields[i], 'content-length')) hasLength = Number(fields[i + 1]) > 0;
    if (length === 19 && hasLength && isNamed(fields[i], 'content-disposition')) {
      fields[i + 1] = Buffer.from(fields[i + 1] as string).toString('latin1');
    }
  }
  return fields;
}

function isNamed(field: string | undefined, name: string): boolean {
  return field?.toLowerCase() === name;
}

const sayable = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A reason phrase as far as it can be passed on (RFC 9112 §4); else nothing, which stands for the usual one. */
function phraseOf(phrase: string): string {
  return sayable.test(phrase) ? phrase : '';
}
