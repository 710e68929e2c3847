import { constants, type ServerHttp2Stream } from 'node:http2';
import { type Duplex, PassThrough } from 'node:stream';
import { together } from '../../brain/together.ts';
import type { Reply } from '../reply.ts';
import type { Http2Request } from './request.ts';
import { acceptOf, byName, headOf, tellsLength, withoutAccept } from './told.ts';

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** How many bytes may wait for the next flush. */
const mostHeld = 128 * 1024;

/** Up to how many bytes a body in several pieces is joined to one. */
const worthJoining = 16 * 1024;

/** What an origin that answers otherwise than by a WebSocket has its client told, where 200 would grant one (RFC 8441 §4). */
const noWebSocket = '502 Bad Gateway: the origin did not make it a WebSocket\n';

/**
 * A reply of HTTP/2: one half of a stream. What an origin sends is held until what was read of it at once is read, so that a short answer
 * is known to be whole when its header leaves, and where it has no body, that header ends the stream.
 */
export class Http2Reply implements Reply {
  /** What Express writes. */
  req: unknown = undefined;
  locals: unknown = undefined;
  sent = 0;
  readonly #stream: ServerHttp2Stream;
  readonly #request: Http2Request;
  #status = 200;
  #head: string[] | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isFlushed = false;
  #isEnded = false;
  #isClosed = false;
  #isWhole = false;
  #isUnheard = false;
  #isBrokenOff = false;
  /** Whether nothing of what is still told is to be sent. */
  #isMute = false;
  #trailers: readonly string[] = [];
  #full: (() => void) | undefined;
  #whenClosed: (() => void)[] = [];

  constructor(stream: ServerHttp2Stream, request: Http2Request) {
    this.#stream = stream;
    this.#request = request;
    stream.once('close', () => this.#close(this.#isEnded && isSent(stream)));
  }

  get status(): number {
    return this.#status;
  }

  get hasBegun(): boolean {
    return this.#head !== undefined;
  }

  get isOver(): boolean {
    return this.#isEnded || this.#isGone;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  get isUnheard(): boolean {
    return this.#isUnheard;
  }

  /** Whether it became a WebSocket, which has limits of its own. */
  get isTunnel(): boolean {
    return this.#status === 101;
  }

  /** Whether the client made it end before it was whole, be it by what it did wrong. */
  get isCancelled(): boolean {
    return this.#isClosed && !this.#isWhole && !this.#isBrokenOff && !this.isTunnel;
  }

  /** How many bytes wait for the client to take them, and how many it has taken. */
  get waiting(): { readonly bytes: number; readonly taken: number } {
    const bytes = this.#stream.bufferSize;
    return { bytes, taken: this.sent - bytes };
  }

  /** These are few and short; see InterimAnswers. */
  interim(status: number, fields: string[]): boolean {
    if (!this.#isGone) this.#stream.additionalHeaders({ ...byName(fields), ':status': status });
    return true;
  }

  begin(status: number, _phrase: string, fields: string[], full: () => void): void {
    if (this.#request.isUpgrade && status < 300) {
      this.#declineWebSocket();
      return;
    }
    this.#head = headOf(status, fields);
    this.#status = status;
    this.#full = full;
    flushSoon(this);
  }

  send(piece: Buffer): void {
    if (this.#isMute || piece.length === 0) return;
    if (this.#isFlushed) {
      if (!this.#write(piece)) this.#full?.();
      return;
    }
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes >= mostHeld) this.flush();
  }

  finish(trailers: readonly string[]): void {
    if (this.#isEnded) return;
    this.#trailers = trailers;
    this.#isEnded = true;
    if (this.#isFlushed && !this.#isGone) this.#end();
  }

  /** Sends what is held, the header at least. */
  flush(): void {
    if (this.#isFlushed || !this.#head) return;
    this.#isFlushed = true;
    if (this.#isGone) return;
    if (this.#isEnded) this.#sendWhole(this.#head);
    else this.#sendBegun(this.#head);
  }

  takeBack(): void {
    // Where nothing has begun, the answer of another attempt may come.
    if (this.hasBegun) this.#isFlushed = true;
  }

  answer(status: number, _phrase: string, fields: string[], body: string | Buffer): void {
    if (this.#isGone) return;
    this.#head = headOf(status, fields);
    this.#status = status;
    this.#isFlushed = true;
    this.#isEnded = true;
    if (body.length > 0) this.#held.push(Buffer.from(body));
    this.#heldBytes = body.length;
    this.#sendWhole(this.#head);
  }

  /** The status remains the one by which an upgrade is known on the road; the client is told 200 (RFC 8441 §5). */
  upgrade(fields: readonly string[]): Duplex {
    const { accept, others } = withoutAccept(fields);
    if (this.#isGone || accept !== acceptOf(this.#request.webSocketKey ?? '')) {
      this.#declineWebSocket();
      return new PassThrough().destroy();
    }
    this.#status = 101;
    this.#head = headOf(200, others);
    this.#isFlushed = true;
    this.#stream.respond(this.#head);
    return this.#stream;
  }

  /** What is wrong with a request is wrong with its stream. What comes behind that on its connection can be read all the same. */
  sayLast(): void {}

  breakOff(): void {
    this.#reset(NGHTTP2_INTERNAL_ERROR);
  }

  /** Ends it because its client takes nothing. */
  endUnheard(): void {
    this.#isUnheard = true;
    this.#reset(NGHTTP2_CANCEL);
  }

  whenTaken(goOn: () => void): void {
    this.#stream.once('drain', goOn);
  }

  whenClosed(told: () => void): void {
    if (this.#isClosed) told();
    else this.#whenClosed.push(told);
  }

  get #isGone(): boolean {
    return this.#stream.closed || this.#stream.destroyed;
  }

  /** Whether there can be no body, whatever the fields say (RFC 9110 §6.4.1). */
  get #hasNoBody(): boolean {
    const status = this.#status;
    return this.#request.method === 'HEAD' || status === 204 || status === 205 || status === 304;
  }

  #sendWhole(head: string[]): void {
    const hasTrailers = this.#trailers.length > 0;
    const hasNoBody = this.#hasNoBody || (this.#heldBytes === 0 && !hasTrailers);
    if (hasNoBody) this.#stream.respond(head, { endStream: true });
    else {
      this.#stream.respond(head, { waitForTrailers: hasTrailers });
      this.#sendHeld();
    }
    this.#end(hasNoBody);
  }

  #sendBegun(head: string[]): void {
    if (this.#hasNoBody) this.#stream.respond(head, { endStream: true });
    else {
      keepFromEnding(this.#stream);
      this.#stream.respond(head, { waitForTrailers: !tellsLength(head) });
      if (!this.#sendHeld()) this.#full?.();
    }
  }

  #sendHeld(): boolean {
    const held = this.#heldBytes <= worthJoining && this.#held.length > 1 ? [Buffer.concat(this.#held)] : this.#held;
    this.#held = [];
    let takesMore = true;
    for (const piece of held) takesMore = this.#write(piece);
    return takesMore;
  }

  #write(piece: Buffer): boolean {
    if (this.#isGone || this.#hasNoBody) return true;
    this.sent += piece.length;
    return this.#stream.write(piece);
  }

  /** All is said. Of a request that isn't whole, no more is wanted, unless somebody still takes it (RFC 9113 §8.1). */
  #end(isEnded = false): void {
    const stream = this.#stream;
    if (this.#trailers.length > 0) stream.once('wantTrailers', () => stream.sendTrailers(byName(this.#trailers)));
    if (!this.#request.isWhole)
      stream.once('finish', () => {
        this.#close(!this.#isGone);
        this.#dropRest();
      });
    if (isEnded) return;
    letEnd(stream);
    stream.end();
  }

  #dropRest(): void {
    const stream = this.#stream;
    if (this.#request.isWhole || this.#isGone) return;
    if (stream.listenerCount('data') === 0) stream.close(NGHTTP2_NO_ERROR);
    else stream.once('removeListener', () => process.nextTick(() => this.#dropRest()));
  }

  #declineWebSocket(): void {
    this.#isMute = true;
    this.answer(502, '', ['cache-control', 'no-store', 'content-type', 'text/plain; charset=utf-8'], noWebSocket);
  }

  #reset(code: number): void {
    this.#isFlushed = true;
    if (this.#isGone) return;
    this.#isBrokenOff = true;
    keepFromEnding(this.#stream);
    this.#stream.close(code);
  }

  #close(isWhole: boolean): void {
    if (this.#isClosed) return;
    this.#isWhole = isWhole;
    this.#isClosed = true;
    const told = this.#whenClosed;
    this.#whenClosed = [];
    for (const tell of told) tell();
  }
}

/**
 * Whether all that was to be sent has been. Node counts a stream as finished only if that comes before both sides have ended it, which of a
 * request with a body it mostly doesn't.
 */
function isSent({ writableEnded, writableLength, rstCode }: ServerHttp2Stream): boolean {
  return writableEnded && writableLength === 0 && rstCode === NGHTTP2_NO_ERROR;
}

/**
 * Node ends a stream that it closes, for whatever reason, and sends that end before the reset: a clean one, which makes half an answer look
 * whole. It can't until `letEnd`.
 */
function keepFromEnding(stream: Finishing): void {
  stream._final = undefined;
}

function letEnd(stream: Finishing): void {
  // There is the class's own again.
  if (Object.hasOwn(stream, '_final')) delete stream._final;
}

/** What Node calls to send the end. */
type Finishing = Omit<ServerHttp2Stream, '_final'> & { _final?: ServerHttp2Stream['_final'] | undefined };

/** Flushes replies once all that was read at once is read: Node sends at the end of this turn of the event loop what was written in it. */
const flushSoon = together(
  (work) => process.nextTick(work),
  (reply: { flush(): void }) => reply.flush(),
);
