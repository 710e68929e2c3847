// You are here: 21 of 23 in docs/reading.md. Next: wire/connection.ts.

import type { Duplex } from 'node:stream';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { Deadline, type Deadlines } from '../brain/deadlines.ts';
import { OutOfTime } from '../brain/dispatch/deadline.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { rememberLogin } from '../dispatch/logins.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { ClientDeaf, ClientLeft } from '../queue/upload.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import type { Carrier, Taker } from '../wire/outgoing.ts';
import { AnswerFields } from './answer-fields.ts';
import { outcomeOf, type Progress } from './endings.ts';
import { InterimAnswers } from './interim-answers.ts';
import { Tunnel } from './tunnel.ts';

/** How long an attempt may go on, and what it comes to. */
export interface AttemptParts {
  /** When it is cut if no answer has begun, in ms; missing where the origin's own time is over before. */
  readonly cutAfter: number | undefined;
  /** By what that is timed. */
  readonly deadlines: Deadlines;
  /** Called once, when nothing more happens. */
  readonly done: () => void;
  /** Called if the attempt became a WebSocket, which goes on until it is closed. */
  readonly joined: (tunnel: Tunnel) => void;
}

/** Follows one attempt: passes the origin's answer to the client, with back-pressure, and leaves the outcome on the attempt. */
export class AttemptHandler implements Taker {
  readonly #journey: Journey;
  readonly #exchange: RoadExchange;
  readonly #request: RoadRequest;
  readonly #reply: Reply;
  readonly #parts: AttemptParts;
  readonly #fields: AnswerFields;
  #interim: InterimAnswers | undefined;
  #connection: Carrier | undefined;
  #during: Progress['during'] = 'connecting';
  #clientLeft = false;
  #isSettled = false;
  #isListening = false;
  /** Whether the client takes nothing for now. */
  #isFull = false;
  /** Runs where the request's time may be over before the origin's. */
  #cut: Deadline | undefined;

  constructor(journey: Journey, exchange: RoadExchange, request: RoadRequest, reply: Reply, parts: AttemptParts) {
    this.#journey = journey;
    this.#exchange = exchange;
    this.#request = request;
    this.#reply = reply;
    this.#parts = parts;
    this.#fields = new AnswerFields(exchange, request);
    // The client may have left, or have been answered, while the request was on its way here.
    this.#clientLeft = reply.isOver;
    reply.whenClosed(this.#onReplyClosed);
    if (parts.cutAfter === undefined) return;
    this.#cut = new Deadline(parts.deadlines, this.#endEarly);
    this.#cut.in(parts.cutAfter);
  }

  carried(by: Carrier): void {
    this.#connection = by;
    this.#during = 'connecting';
    if (this.#clientLeft) by.abort(this, new ClientLeft());
  }

  leaves(): void {
    this.#during = 'waiting';
    this.#journey.connected();
  }

  interim(head: AnswerHead): void {
    this.#interim ??= new InterimAnswers(this.#reply);
    if (!this.#interim.pass(head.status, this.#fields.ofInterim(head))) this.#waitForClient();
  }

  head(head: AnswerHead): void {
    // The client was told already, by the listener, that the rest of its request can't be read.
    if (this.#reply.hasBegun) {
      this.#connection?.abort(this, new ClientLeft());
      return;
    }
    const { status } = head;
    this.#during = 'answering';
    if (this.#connection?.isLoggedIn) rememberLogin(this.#request.peer, this.#journey.latest.origin.id);
    this.#noteFirstByte(status);
    this.#reply.begin(status, head.phrase, this.#fields.ofFinal(head), this.#waitForClient);
  }

  data(piece: Buffer): void {
    this.#reply.send(piece);
  }

  end(trailers: readonly string[]): void {
    this.#settle({ kind: 'answered', status: this.#reply.status });
    this.#reply.finish(this.#fields.ofTrailers(trailers));
    // Node says no more of a request once it is answered, not even that its client has left.
    if (this.#request.isWhole) return;
    this.#isListening = true;
    this.#request.peer.once('close', this.#onClientClose);
  }

  done(): void {
    if (this.#isListening) this.#request.peer.off('close', this.#onClientClose);
    this.#parts.done();
  }

  upgraded(head: AnswerHead, origin: Duplex): void {
    this.#noteFirstByte(head.status);
    const fields = this.#fields.ofFinal(head);
    this.#settle({ kind: 'answered', status: head.status });
    const tunnel = new Tunnel(this.#reply.upgrade(fields), origin);
    this.#parts.joined(tunnel);
    tunnel.closed.then(this.#parts.done);
  }

  failed(error: Error): void {
    this.#reply.takeBack();
    this.#settle(outcomeOf(error, { during: this.#during, clientLeft: this.#clientLeft, isStreamed: this.#exchange.isStreamed }));
    this.#parts.done();
  }

  /** Reads no more from the origin until the client has taken what there is. */
  readonly #waitForClient = () => {
    // A piece may still come after the pause, and find the client full again.
    if (this.#isFull) return;
    this.#isFull = true;
    this.#connection?.pause(this);
    this.#reply.whenTaken(() => {
      this.#isFull = false;
      this.#connection?.resume(this);
    });
  };

  readonly #onReplyClosed = () => {
    if (!this.#isSettled) this.#onClientClose();
  };

  readonly #onClientClose = () => {
    // What has come in whole of a request that is answered goes on to its origin.
    if (this.#isSettled && this.#request.isWhole) return;
    this.#clientLeft = true;
    this.#connection?.abort(this, this.#reply.isUnheard ? new ClientDeaf() : new ClientLeft());
  };

  readonly #endEarly = () => this.#connection?.abort(this, new OutOfTime());

  #noteFirstByte(status: number): void {
    this.#cut?.end();
    this.#journey.answered(status);
  }

  #settle(outcome: Outcome): void {
    this.#isSettled = true;
    this.#cut?.end();
    this.#journey.ended(outcome);
  }
}
