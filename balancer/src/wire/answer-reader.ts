import { type AnswerHead, answerHeadOf } from './answer-head.ts';
import { fieldLinesIn } from './field-lines.ts';
import { Lines } from './lines.ts';
import { invalid, Trouble } from './trouble.ts';

/** Who takes an answer, piece by piece, as it is read. */
export interface AnswerSink {
  /** An interim answer (RFC 9110 §15.2): others follow. */
  interim(head: AnswerHead): void;
  head(head: AnswerHead): void;
  /** A piece of the body; it is not written to any more. */
  data(piece: Buffer): void;
  /** The answer is whole; trailers as name, value, name, value … */
  end(trailers: readonly string[]): void;
  /** The connection is no longer one of HTTP; these bytes came behind the head (RFC 9110 §15.2.2). */
  upgraded(head: AnswerHead, rest: Buffer): void;
}

/** What an answer depends on besides its own bytes (RFC 9112 §6.3). */
export interface Asked {
  readonly method: string;
  /** Whether it may answer by 101. */
  readonly upgrades: boolean;
}

/** What the next bytes are. */
type Part = 'nothing' | 'head' | 'body' | 'body up to the close' | 'size' | 'chunk' | 'chunk end' | 'trailers';

/** What an answer of a version that can be passed on begins with (RFC 9112 §2.3). */
const beginning = 'HTTP/1.';

/** The longest line with a chunk's size and its extensions, in bytes; Node takes as much. */
const longestSize = 16 * 1024;

/** How many bytes around the chunks of a body, besides 16 and twice its data for each, are taken in all. */
const mostAround = 16 * 1024;

const chunkEnd = Buffer.from('\r\n');

/** The most hexadecimal digits of a chunk's size. */
const sizeLine = /^0*([0-9a-f]{1,16})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?\r\n$/i;

/**
 * Reads answers of HTTP/1.1 (RFC 9112) from the bytes of a connection, wherever these are cut in pieces. What can't be read in one way only
 * is refused. One reader reads a connection's answers one after the other.
 */
export class AnswerReader {
  readonly #sink: AnswerSink;
  readonly #lines = new Lines();
  #longestHead = 0;
  #asked: Asked = { method: 'GET', upgrades: false };
  #part: Part = 'nothing';
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  /** By how many bytes the lines with sizes and extensions are more than the chunks are worth. */
  #around = 0;
  /** How many bytes have come of what ends a chunk. */
  #ofChunkEnd = 0;
  #hasBegun = false;
  #isClean = true;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** Whether anything has come of the answer that is expected. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /**
   * Whether nothing came that no answer accounts for: only then may another request follow on the connection. It is known as the answer's end
   * is told, since another request may be waiting for just that.
   */
  get isClean(): boolean {
    return this.#isClean;
  }

  /** An answer is to come; its head, and each interim one, may be so many bytes long. */
  expect(asked: Asked, longestHead: number): void {
    this.#asked = asked;
    this.#longestHead = longestHead;
    this.#part = 'head';
    this.#hasBegun = false;
  }

  /** Nothing more is wanted. */
  stop(): void {
    this.#part = 'nothing';
  }

  /** Reads what has come. Throws Trouble where it is no answer. */
  read(chunk: Buffer): void {
    this.#hasBegun = true;
    let at = 0;
    while (at < chunk.length && this.#part !== 'nothing') at = this.#step(chunk, at);
    if (at < chunk.length) this.#isClean = false;
  }

  /** The other side has closed the connection. Throws Trouble unless the answer ends with that. */
  close(): void {
    if (this.#part === 'body up to the close') this.#finish([], true);
    else if (this.#part !== 'nothing') throw new Trouble('CLOSED', 'before the answer was whole');
  }

  /** Reads one part, from an index; says where it ends, or ends for now. */
  #step(chunk: Buffer, at: number): number {
    switch (this.#part) {
      case 'head':
        return this.#readHead(chunk, at);
      case 'size':
        return this.#readSize(chunk, at);
      case 'chunk end':
        return this.#readChunkEnd(chunk, at);
      case 'trailers':
        return this.#readTrailers(chunk, at);
      default:
        return this.#readBody(chunk, at);
    }
  }

  #readHead(chunk: Buffer, from: number): number {
    const text = this.#lines.block(chunk, from, this.#longestHead);
    if (text === undefined) {
      const begun = this.#lines.begun;
      if (!begun.startsWith(beginning.slice(0, begun.length))) throw invalid('the status line');
      return chunk.length;
    }
    const head = answerHeadOf(text);
    const at = this.#lines.at;
    if (head.status === 101) return this.#upgrade(head, chunk, at);
    if (head.status < 200) this.#passInterim(head);
    else this.#begin(head, at === chunk.length);
    return at;
  }

  #passInterim(head: AnswerHead): void {
    // It has no body (RFC 9110 §15.2), but whoever speaks of one may send it.
    if (head.coding !== undefined || (head.length ?? 0) > 0) this.#isClean = false;
    this.#sink.interim(head);
  }

  #upgrade(head: AnswerHead, chunk: Buffer, at: number): number {
    if (!this.#asked.upgrades) throw invalid('101 where nobody asked for another protocol');
    if (!namesProtocol(head)) throw invalid('101 that names no protocol');
    this.stop();
    this.#sink.upgraded(head, chunk.subarray(at));
    return chunk.length;
  }

  #begin(head: AnswerHead, isAll: boolean): void {
    const part = partBehind(head, this.#asked.method);
    this.#left = head.length ?? 0;
    this.#around = 0;
    this.#part = part;
    // A body where there may be none would be the next answer to who takes it for one.
    if (part === 'nothing' && this.#asked.method !== 'HEAD' && speaksOfBody(head)) this.#isClean = false;
    this.#sink.head(head);
    if (part === 'nothing') this.#finish([], isAll);
  }

  #readBody(chunk: Buffer, from: number): number {
    const isOpen = this.#part === 'body up to the close';
    const end = isOpen ? chunk.length : Math.min(chunk.length, from + this.#left);
    const isLast = !isOpen && end - from === this.#left;
    this.#left -= end - from;
    if (isLast && this.#part === 'chunk') this.#part = 'chunk end';
    this.#sink.data(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end));
    if (isLast && this.#part === 'body') this.#finish([], end === chunk.length);
    return end;
  }

  #readSize(chunk: Buffer, from: number): number {
    const line = this.#lines.line(chunk, from, longestSize);
    if (line === undefined) return chunk.length;
    const [, digits] = sizeLine.exec(line) ?? [];
    const size = Number(`0x${digits}`);
    if (!Number.isSafeInteger(size)) throw invalid('the size of a chunk');
    // Extensions that come to far more than the data are of use to nobody (CVE-2023-39326).
    this.#around = Math.max(0, this.#around + line.length - 16 - 2 * size);
    if (this.#around > mostAround) throw invalid('chunks with too much around them');
    this.#left = size;
    this.#part = size > 0 ? 'chunk' : 'trailers';
    return this.#lines.at;
  }

  /** One byte of CR LF. */
  #readChunkEnd(chunk: Buffer, at: number): number {
    if (chunk[at] !== chunkEnd[this.#ofChunkEnd]) throw invalid('the end of a chunk');
    this.#ofChunkEnd += 1;
    if (this.#ofChunkEnd === chunkEnd.length) {
      this.#ofChunkEnd = 0;
      this.#part = 'size';
    }
    return at + 1;
  }

  #readTrailers(chunk: Buffer, from: number): number {
    const text = this.#lines.blockOrNothing(chunk, from, this.#longestHead);
    if (text === undefined) return chunk.length;
    this.#finish(fieldLinesIn(text, 0), this.#lines.at === chunk.length);
    return this.#lines.at;
  }

  /** `isAll` is whether nothing has come behind it yet. */
  #finish(trailers: readonly string[], isAll: boolean): void {
    this.#part = 'nothing';
    if (!isAll) this.#isClean = false;
    this.#sink.end(trailers);
  }
}

/** What comes behind a final answer's head (RFC 9112 §6.3). Codings besides chunks are not undone here. */
function partBehind({ status, coding, length }: AnswerHead, method: string): Part {
  if (method === 'HEAD' || status === 204 || status === 304) return 'nothing';
  if (coding !== undefined) {
    if (coding !== 'chunked') throw invalid('a transfer coding besides chunked');
    return 'size';
  }
  if (length === undefined) return 'body up to the close';
  return length > 0 ? 'body' : 'nothing';
}

/** Who changes the protocol says which one it is, as a matter of this connection (RFC 9110 §7.8, §15.2.2). */
function namesProtocol({ connection = '', fields }: AnswerHead): boolean {
  return (
    /(?:^|,)[\t ]*upgrade[\t ]*(?:,|$)/.test(connection) && fields.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'upgrade')
  );
}

/** Whether an answer without a body speaks of one; a 304 may tell how long it would be. */
function speaksOfBody({ status, coding, length = 0 }: AnswerHead): boolean {
  return coding !== undefined || (status === 204 && length > 0);
}
