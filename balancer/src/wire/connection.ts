// You are here: 22 of 23 in docs/reading.md. Next: account/account.ts.

import type { Socket } from 'node:net';
import { Deadline, type Deadlines } from '../brain/deadlines.ts';
import type { AnswerHead } from './answer-head.ts';
import { AnswerReader, type AnswerSink } from './answer-reader.ts';
import { endWith } from './belongings.ts';
import type { WireLimits } from './limits.ts';
import { asksForConnectionLogin } from './logins.ts';
import { type Carrier, type Outgoing, type Owner, type Taker, writeSoon } from './outgoing.ts';
import { Sending } from './sending.ts';
import { isForNobody, isLong, mayLeaveAgain, wasStale } from './stale.ts';
import { surviveWrites } from './survive-writes.ts';
import { Trouble } from './trouble.ts';

/** What a connection is told by, and whom it tells. */
export interface ConnectionParts {
  readonly deadlines: Deadlines;
  /** In ms, on the clock of the deadlines. */
  readonly now: () => number;
  readonly limits: () => WireLimits;
  /** It can carry another request; the time that it may be kept for that is in ms, where the origin says one. */
  readonly free: (connection: Connection, kept: number | undefined) => void;
  /** It turned out to be stale; the request may leave once more, on a new one. */
  readonly again: (outgoing: Outgoing, taker: Taker) => void;
  /** The origin closed it while it was idle, or just as a request arrived that this ended. */
  readonly closedIdle: (connection: Connection) => void;
  /** It is closed, or no longer one of HTTP. */
  readonly gone: (connection: Connection) => void;
}

type State = 'connecting' | 'idle' | 'waiting' | 'answering' | 'answered';

/** How long an answer may take that was on its way as its request could not be sent to the end, in ms. */
const lingering = 1000;

/** One connection to an origin, which carries requests one after the other (RFC 9112 §9.3). */
export class Connection implements Carrier, AnswerSink {
  socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #reader = new AnswerReader(this);
  readonly #deadline: Deadline;
  #state: State = 'connecting';
  #outgoing: Outgoing | undefined;
  #taker: Taker | undefined;
  #sending: Sending | undefined;
  #requests = 0;
  #isSent = false;
  /** How much had been sent when the request began to leave, or when it was last looked whether it still moves, in bytes. */
  #written = 0;
  #persists = true;
  #kept: number | undefined;
  /** Why the rest of the request can't be sent, while an answer may still be there to be read. */
  #writeError: Error | undefined;
  /** Whose requests alone it carries: who has logged in by it, or whom its origin was told that it is for. */
  owner: Owner | undefined;
  isLoggedIn = false;
  #letGo: (() => void) | undefined;
  /** Since when it is idle. */
  idleSince = 0;

  /** `established` is the socket's event that says that it can be used; none where another socket will be on top of it. */
  constructor(socket: Socket, established: 'connect' | 'secureConnect' | undefined, parts: ConnectionParts) {
    this.socket = socket;
    this.#parts = parts;
    this.#hear(established);
    this.#deadline = new Deadline(parts.deadlines, this.#expire);
  }

  /** Goes on over that socket, which is on top of the one before. */
  goOver(socket: Socket, established: 'secureConnect'): void {
    this.#hearNoMore();
    this.socket = socket;
    this.#hear(established);
  }

  /** Carries a request, as soon as there is a connection. Only for one that carries none. */
  carry(outgoing: Outgoing, taker: Taker): void {
    this.#outgoing = outgoing;
    this.#taker = taker;
    taker.carried(this);
    if (this.#taker !== taker) return;
    if (this.#state === 'connecting') this.#deadline.in(this.#parts.limits().connect);
    else this.#leaveOrFail();
  }

  pause(taker: Taker): void {
    if (this.#taker !== taker) return;
    this.socket.pause();
    this.#await();
  }

  resume(taker: Taker): void {
    if (this.#taker !== taker) return;
    this.socket.resume();
    this.#await();
  }

  /** Does nothing where the connection carries it no more. */
  abort(taker: Taker, error: Error): void {
    if (this.#taker !== taker) return;
    if (this.#state === 'answered') {
      this.#finishForGood();
      return;
    }
    this.#detach();
    this.destroy();
    taker.failed(error);
  }

  /** Ends it, with whatever it carries. */
  cut(): void {
    if (this.#taker) this.abort(this.#taker, new Trouble('CUT'));
    else this.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Waits for another request, so many ms at the most. */
  rest(longest: number): void {
    this.#state = 'idle';
    this.idleSince = this.#parts.now();
    this.#deadline.in(longest);
  }

  interim(head: AnswerHead): void {
    this.#taker?.interim(head);
  }

  head(head: AnswerHead): void {
    if (this.#isUsed && this.#isSent && this.#outgoing && isForNobody(head, this.#outgoing)) {
      this.#leaveAgain();
      return;
    }
    this.#state = 'answering';
    if (this.#outgoing && !this.isLoggedIn && (this.#outgoing.logsIn || asksForConnectionLogin(head.status, head.fields))) {
      this.isLoggedIn = true;
      this.belongTo(this.#outgoing.client);
    }
    this.#persists = head.persists;
    this.#kept = head.kept;
    this.#taker?.head(head);
  }

  data(piece: Buffer): void {
    this.#taker?.data(piece);
  }

  end(trailers: readonly string[]): void {
    if (!this.#taker) return;
    this.#state = 'answered';
    this.#taker.end(trailers);
    // An origin may answer first and take the rest of the request then (RFC 9110 §10.1.1 and RFC 9112 §9.5 speak of when it should not).
    if (this.#sending) this.#awaitRest();
    else this.#finish();
  }

  upgraded(head: AnswerHead, rest: Buffer): void {
    const { socket } = this;
    const taker = this.#taker;
    this.#detach();
    this.#hearNoMore();
    socket.pause();
    if (rest.length > 0) socket.unshift(rest);
    this.#leaveAll();
    taker?.upgraded(head, socket);
  }

  readonly #expire = () => {
    if (this.#writeError) this.#fail(this.#writeError);
    else if (this.#state === 'answered' && this.socket.bytesWritten > this.#written) this.#awaitRest();
    else if (this.#state === 'connecting') this.#fail(new Trouble(this.socket.connecting ? 'LATE_CONNECTION' : 'LATE_HANDSHAKE'));
    else if (this.#state === 'answering') this.#fail(new Trouble('SILENT'));
    else this.#fail(new Trouble('LATE_ANSWER'));
  };

  /** Carries nobody else's requests from now on, and ends with that client's connection. */
  belongTo(owner: Owner): void {
    if (this.owner) return;
    this.owner = owner;
    // What ends with the client's connection is told so first.
    this.#letGo = endWith(owner, () => setImmediate(() => this.cut()));
  }

  #hear(established: 'connect' | 'secureConnect' | undefined): void {
    this.socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
    if (established) this.socket.once(established, this.#onEstablished);
  }

  #hearNoMore(): void {
    const { socket } = this;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError).off('close', this.#onClose);
    socket.on('error', () => {});
  }

  #leave(): void {
    const [outgoing, taker] = [this.#outgoing as Outgoing, this.#taker as Taker];
    this.#state = 'waiting';
    this.#requests += 1;
    this.#isSent = false;
    this.#written = this.socket.bytesWritten;
    this.#reader.expect(outgoing, this.#parts.limits().longestHead);
    taker.leaves();
    if (this.#taker !== taker) return;
    const { head, body } = outgoing;
    if (body !== null) surviveWrites(this.socket, this.#outlives);
    if (body === null || Buffer.isBuffer(body)) {
      writeSoon([this.socket, outgoing as Outgoing & { body: Buffer | null }]);
      this.#sent();
    } else {
      this.socket.write(head, 'latin1');
      this.#sending = new Sending(this.socket, body, outgoing, { blocked: this.#onBlocked, sent: this.#sent, failed: this.#onBodyError });
      this.#await();
    }
  }

  readonly #sent = () => {
    this.#sending = undefined;
    this.#isSent = true;
    if (this.#state === 'waiting') this.#await();
    else if (this.#state === 'answered') this.#finish();
  };

  readonly #onBlocked = () => {
    if (this.#state === 'waiting') this.#await();
  };

  /** The body broke off. Once an answer has begun, that is all that matters, and only the sending ends. */
  readonly #onBodyError = (error: Error) => {
    this.#sending = undefined;
    if (this.#state === 'waiting') this.abort(this.#taker as Taker, error);
    else if (this.#state === 'answered') this.#finish();
  };

  readonly #onEstablished = () => {
    if (this.#taker) this.#leaveOrFail();
  };

  /** What is thrown before the request is on its way ends it as any other trouble does. */
  #leaveOrFail(): void {
    try {
      this.#leave();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  readonly #onData = (chunk: Buffer) => {
    const taker = this.#taker;
    // What comes without a request would be the answer to the next one. Some say 408 so before they close (RFC 9110 §15.5.9).
    if (!taker) {
      if (this.#state === 'idle') this.#parts.closedIdle(this);
      this.destroy();
      return;
    }
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.#fail(error as Error);
    }
    if (this.#state === 'idle' && !this.#reader.isClean) this.destroy();
    else if (this.#state === 'answering' && this.#taker === taker) this.#await();
  };

  readonly #onEnd = () => {
    this.#persists = false;
    if (!this.#taker) {
      this.#parts.closedIdle(this);
      this.destroy();
      return;
    }
    try {
      if (this.#state === 'answered') this.#finish();
      else this.#reader.close();
    } catch (error) {
      this.#fail(this.#writeError ?? (error as Error));
    }
  };

  readonly #onError = (error: Error) => {
    if (this.#state === 'idle') this.#parts.closedIdle(this);
    this.#fail(this.#writeError ?? error);
  };

  readonly #onClose = () => {
    this.#fail(this.#writeError ?? new Trouble('CLOSED'));
    this.#leaveAll();
  };

  /**
   * A write has failed. Who refuses the rest of a long request may have answered it before, and that answer is still to be read (RFC 9112
   * §9.6); so the sending ends, and the socket stays open for a moment. Says whether it does.
   */
  readonly #outlives = (error: Error): boolean => {
    if (!this.#outgoing || (!this.#sending && !this.#writeError && !isLong(this.#outgoing))) return false;
    if (this.#writeError) return true;
    this.#writeError = error;
    this.#persists = false;
    this.#sending?.stop();
    this.#sending = undefined;
    if (this.#state === 'answered') this.#finish();
    else this.#await();
    return true;
  };

  /** Waits, from now on, for what is to come next. */
  #await(): void {
    if (this.#state === 'answered') this.#awaitRest();
    else this.#deadline.in(this.#patience());
  }

  /** How long an answer, or its next piece, may take, in ms; for ever while nobody reads it, or while the origin takes the request. */
  #patience(): number {
    const { response, idle } = this.#parts.limits();
    if (this.socket.isPaused()) return Number.POSITIVE_INFINITY;
    if (this.#writeError) return lingering;
    if (this.#state === 'answering') return idle;
    return this.#isSent || this.#sending?.isBlocked ? response : Number.POSITIVE_INFINITY;
  }

  /** The answer has ended; the rest of the request goes on for as long as any of it moves. */
  #awaitRest(): void {
    this.#written = this.socket.bytesWritten;
    this.#deadline.in(this.#parts.limits().idle);
  }

  /** The answer has ended, and the request as well, or will never. */
  #finish(): void {
    const [outgoing, taker] = [this.#outgoing, this.#taker];
    this.#detach();
    if (this.#persists && this.#isSent && !outgoing?.isLast && this.#reader.isClean) {
      if (this.socket.isPaused()) this.socket.resume();
      this.#parts.free(this, this.#kept);
    } else this.destroy();
    taker?.done();
  }

  /** The same, on a connection that is of no more use. */
  #finishForGood(): void {
    this.#persists = false;
    this.#finish();
  }

  #fail(error: Error): void {
    const [outgoing, taker] = [this.#outgoing, this.#taker];
    if (!outgoing || !taker) {
      this.destroy();
      return;
    }
    if (this.#state === 'answered') {
      this.#finishForGood();
      return;
    }
    const isStale = this.#isUsed && !this.#reader.hasBegun && wasStale(error);
    if (isStale && mayLeaveAgain(error, outgoing, this.socket.bytesWritten === this.#written)) {
      this.#leaveAgain();
      return;
    }
    if (isStale) this.#parts.closedIdle(this);
    this.#detach();
    this.destroy();
    taker.failed(error);
  }

  /** The request met a connection that was stale, and leaves on a new one. */
  #leaveAgain(): void {
    const [outgoing, taker] = [this.#outgoing as Outgoing, this.#taker as Taker];
    this.#parts.closedIdle(this);
    this.#detach();
    this.destroy();
    this.#parts.again(outgoing, taker);
  }

  /** Whether it carried another request before, so that it may be stale. */
  get #isUsed(): boolean {
    return this.#requests > 1;
  }

  /** Lets go of what it carries. */
  #detach(): void {
    this.#sending?.stop();
    this.#sending = undefined;
    this.#outgoing = undefined;
    this.#taker = undefined;
    this.#reader.stop();
    this.#deadline.in(Number.POSITIVE_INFINITY);
  }

  #leaveAll(): void {
    this.#letGo?.();
    this.#deadline.end();
    this.#parts.gone(this);
  }
}
