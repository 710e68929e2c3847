import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { Deadline, type Deadlines } from '../../brain/deadlines.ts';
import type { WireLimits } from '../limits.ts';
import type { Carrier, Taker } from '../outgoing.ts';
import { invalid, Trouble } from '../trouble.ts';
import { AnswerBody } from './answer-body.ts';
import { grantedHead, headIn, plainFields } from './answer-heads.ts';
import { troubleOfCode, wasNeverSent } from './endings.ts';
import { byName, headOf, type StreamOutgoing, tunnelHeadOf } from './outgoing.ts';
import { SentBody } from './sent-body.ts';

/** A request that is to leave for an origin. */
export interface Leaving {
  readonly outgoing: StreamOutgoing;
  readonly taker: Taker;
  /** How often it has left for this origin before. */
  readonly tries: number;
}

/** What a stream is told by, and whom it tells. */
export interface StreamParts {
  readonly deadlines: Deadlines;
  readonly limits: () => WireLimits;
  /** `http` or `https`. */
  readonly scheme: string;
  /** The request may leave once more for the same origin: nobody has acted on it, or it may be done twice. */
  readonly again: (leaving: Leaving) => void;
}

/** The connection that a stream is on. */
export interface Carrying {
  readonly http2: ClientHttp2Session;
  /** Why it is gone; nothing while it is there. */
  readonly loss: Error | undefined;
  /** Whether it carried others before, so that it may have been stale. */
  readonly isUsed: boolean;
  /** Whether the origin said that it has not begun with the stream of that number (GOAWAY, RFC 9113 §6.8). */
  isUnprocessed(id: number): boolean;
  /** The stream is closed, and its place free. */
  left(stream: RequestStream): void;
}

type State = 'connecting' | 'waiting' | 'answering' | 'answered' | 'over';

/** How often a request leaves for the same origin at the most. */
const mostTries = 3;

/** One request to an origin, on a stream of HTTP/2 of its own (RFC 9113 §8.1). */
export class RequestStream implements Carrier {
  /** No login holds for a connection of HTTP/2. */
  readonly isLoggedIn = false;
  readonly #leaving: Leaving;
  readonly #outgoing: StreamOutgoing;
  readonly #taker: Taker;
  readonly #request: SentBody;
  readonly #parts: StreamParts;
  readonly #deadline: Deadline;
  readonly #body: AnswerBody;
  #state: State = 'connecting';
  #session: Carrying | undefined;
  #stream: ClientHttp2Stream | undefined;
  #isSent = false;
  #error: Error | undefined;
  #trailers: readonly string[] = [];

  constructor(leaving: Leaving, parts: StreamParts) {
    this.#leaving = leaving;
    this.#outgoing = leaving.outgoing;
    this.#taker = leaving.taker;
    this.#request = new SentBody(leaving.outgoing.body);
    this.#parts = parts;
    this.#deadline = new Deadline(parts.deadlines, this.#expire);
    this.#body = new AnswerBody(this.#onData, this.#onEnd);
  }

  /** Whether nothing more happens by it. */
  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** It will leave by a session, as soon as that can be used. */
  wait(session: Carrying): void {
    this.#session = session;
    this.#taker.carried(this);
  }

  /** The session can be used, and the request leaves. */
  leave(): void {
    this.#orGiveUp(() => this.#leave(this.#session as Carrying));
  }

  /** It leaves by another session, since this one has no room for it. */
  moveOn(): void {
    if (this.isOver) return;
    this.#detach();
    this.#parts.again(this.#leaving);
  }

  pause(): void {
    if (this.isOver) return;
    this.#body.pause();
    this.#await();
  }

  resume(): void {
    if (this.isOver) return;
    this.#body.resume();
    this.#await();
  }

  abort(_taker: Taker, error: Error): void {
    if (this.#state === 'answered') this.#finish();
    else this.#giveUp(error);
  }

  /** It comes to nothing, unless it may leave once more. */
  fail(error: Error): void {
    if (this.isOver) return;
    if (this.#state === 'answered') {
      this.#finish();
      return;
    }
    const isRefused = error instanceof Trouble && error.code === 'REFUSED';
    if (!this.#request.mayLeaveAgain || !(isRefused || this.#metStaleSession())) {
      this.#giveUp(error);
      return;
    }
    const leaving = this.#takeBack();
    this.#detach();
    if (leaving.tries < mostTries) this.#parts.again(leaving);
    else {
      // Nothing of it counts as sent.
      this.#taker.carried(this);
      this.#taker.failed(error);
    }
  }

  /** It can leave once more, here or for another origin. */
  #takeBack(): Leaving {
    const { outgoing, tries } = this.#leaving;
    const body = this.#request.takeBack();
    if (Buffer.isBuffer(body) && this.#request.isStream) outgoing.becameWhole(body);
    return { ...this.#leaving, outgoing: { ...outgoing, body }, tries: tries + 1 };
  }

  /** The connection was used before, and broke before anything came of this request, which may be done twice. */
  #metStaleSession(): boolean {
    const session = this.#session;
    return this.#state === 'waiting' && this.#outgoing.isRepeatable && session?.loss !== undefined && session.isUsed;
  }

  #leave(session: Carrying): void {
    const outgoing = this.#outgoing;
    const { webSocketKey, trailers } = outgoing;
    const isTunnel = webSocketKey !== undefined;
    if (isTunnel && !session.http2.remoteSettings.enableConnectProtocol) throw new Trouble('NO_WEB_SOCKETS');
    this.#state = 'waiting';
    this.#taker.leaves();
    if (this.isOver) return;
    const { scheme } = this.#parts;
    const stream = session.http2.request(isTunnel ? tunnelHeadOf(outgoing, scheme) : headOf(outgoing, scheme), {
      endStream: this.#request.isNone && !isTunnel,
      waitForTrailers: this.#request.isStream || (!this.#request.isNone && trailers().length > 0),
    });
    this.#stream = stream;
    this.#listen(stream);
    this.#request.sendOn(stream, { blocked: this.#onBlocked, sent: this.#onSent, failed: this.#onBodyError });
    this.#await();
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on('headers', (_fields, _flags, raw) => this.#orGiveUp(() => this.#interim(raw)));
    stream.on('response', (_fields, _flags, raw) => this.#orGiveUp(() => this.#head(stream, raw)));
    stream.on('trailers', (_fields, _flags, raw) => {
      this.#trailers = plainFields(raw);
    });
    stream.on('wantTrailers', () => this.#orGiveUp(() => stream.sendTrailers(byName(this.#outgoing.trailers()))));
    stream.on('error', (error) => {
      this.#error = error;
    });
    stream.on('close', this.#onClose);
    this.#body.takeFrom(stream);
  }

  readonly #onSent = () => {
    this.#isSent = true;
    if (this.#state === 'waiting') this.#await();
    else if (this.#state === 'answered') this.#finish();
  };

  readonly #onBlocked = () => {
    if (this.#state === 'waiting' || this.#state === 'answered') this.#await();
  };

  /** The body broke off. Once an answer has begun, that is all that matters; but nobody is to take the part of the request for the whole. */
  readonly #onBodyError = (error: Error) => {
    if (this.#state === 'waiting') this.#giveUp(error);
    else if (this.#state === 'answered') this.#finish();
  };

  #interim(raw: readonly string[]): void {
    if (!this.isOver) this.#taker.interim(headIn(raw, this.#parts.limits().longestHead));
  }

  #head(stream: ClientHttp2Stream, raw: readonly string[]): void {
    if (this.isOver) return;
    const head = headIn(raw, this.#parts.limits().longestHead);
    if (head.status < 200) throw invalid('an interim answer that is the last');
    const { webSocketKey } = this.#outgoing;
    if (webSocketKey !== undefined) {
      if (head.status < 300 && !this.#body.hasEnded) {
        this.#state = 'over';
        this.#deadline.end();
        this.#body.handBack();
        this.#taker.upgraded(grantedHead(head, webSocketKey), stream);
        return;
      }
      // It is an answer like any other, and there is nothing more to send.
      stream.end();
    }
    this.#state = 'answering';
    this.#request.forget();
    this.#taker.head(head);
    if (this.isOver) return;
    this.#await();
    this.#body.begin();
  }

  readonly #onData = (piece: Buffer) => {
    if (this.isOver) return;
    this.#orGiveUp(() => this.#taker.data(piece));
    if (this.#state === 'answering') this.#await();
  };

  readonly #onEnd = () => {
    if (this.isOver) return;
    this.#state = 'answered';
    this.#orGiveUp(() => this.#taker.end(this.#trailers));
    if (this.isOver) return;
    // An origin may answer first and take the rest of the request then.
    if (this.#request.isSending) this.#await();
    else this.#finish();
  };

  readonly #onClose = () => {
    const session = this.#session as Carrying;
    session.left(this);
    // Who has all of an answer may still be reading it.
    if (this.isOver || (this.#state === 'answering' && this.#body.hasEnded)) return;
    this.fail(this.#whyClosed(session));
  };

  #whyClosed(session: Carrying): Error {
    const { id = 0, rstCode = 0 } = this.#stream ?? {};
    if (session.isUnprocessed(id) || wasNeverSent(this.#error)) return new Trouble('REFUSED');
    return session.loss ?? troubleOfCode(rstCode);
  }

  readonly #expire = () => {
    if (this.#state !== 'answered') this.#giveUp(new Trouble(this.#state === 'answering' ? 'SILENT' : 'LATE_ANSWER'));
    // A client's own silence is timed elsewhere.
    else if (this.#request.isSending && !this.#request.isBlocked) this.#await();
    else this.#finish();
  };

  /** Waits, from now on, for what is to come next. */
  #await(): void {
    if (this.#state !== 'connecting' && !this.isOver) this.#deadline.in(this.#patience());
  }

  /** How long an answer, or its next piece, may take, in ms; for ever while nobody reads it, or while the origin takes the request. */
  #patience(): number {
    const { response, idle } = this.#parts.limits();
    if (this.#state === 'answered') return idle;
    if (this.#body.isPaused) return Number.POSITIVE_INFINITY;
    if (this.#state === 'answering') return idle;
    return this.#isSent || this.#request.isBlocked ? response : Number.POSITIVE_INFINITY;
  }

  #orGiveUp(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#giveUp(error as Error);
    }
  }

  /** The answer has ended, and the request as well, or will never. */
  #finish(): void {
    this.#request.stop();
    this.#detach();
    this.#taker.done();
  }

  #giveUp(error: Error): void {
    if (this.isOver) return;
    this.#request.stop();
    this.#detach();
    this.#taker.failed(error);
  }

  /** Lets go of it all. Where anything of it is still to come or to go, the origin is told that nobody wants that any more. */
  #detach(): void {
    this.#state = 'over';
    this.#deadline.end();
    if (!this.#stream) this.#session?.left(this);
    else if (!this.#isSent || !this.#body.hasEnded) this.#stream.close(constants.NGHTTP2_CANCEL);
  }
}
