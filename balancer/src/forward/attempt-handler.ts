// You are here: 21 of 23 in docs/reading.md. Next: wire/connection.ts.

import type { Socket } from 'node:net';
import type { Request, Response } from 'express';
import { exchangeOf } from '../admit/road-exchange.ts';
import { Deadline, type Deadlines } from '../brain/deadlines.ts';
import { OutOfTime } from '../brain/dispatch/deadline.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { rememberLogin } from '../dispatch/logins.ts';
import { isDeaf } from '../listen/deaf-clients.ts';
import { ClientDeaf, ClientLeft } from '../queue/upload.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import type { Carrier, Taker } from '../wire/outgoing.ts';
import { Answer } from './answer.ts';
import { AnswerFields } from './answer-fields.ts';
import { outcomeOf, type Progress } from './endings.ts';
import { linesOf } from './fields.ts';
import { InterimAnswers } from './interim-answers.ts';
import { Tunnel } from './tunnel.ts';

/** How long an attempt may go on, in ms. */
export interface AttemptLimits {
  /** When it is cut if no answer has begun; missing where the origin's own time is over before. */
  readonly cutAfter: number | undefined;
  /** By what that is timed. */
  readonly deadlines: Deadlines;
}

/** What an attempt comes to. */
export interface AttemptEnds {
  /** Called once, when nothing more happens. */
  readonly done: () => void;
  /** Called if the attempt became a WebSocket, which goes on until it is closed. */
  readonly joined: (tunnel: Tunnel) => void;
}

/** Follows one attempt: passes the origin's answer to the client, with back-pressure, and leaves the outcome on the attempt. */
export class AttemptHandler implements Taker {
  readonly #journey: Journey;
  readonly #req: Request;
  readonly #res: Response;
  readonly #ends: AttemptEnds;
  readonly #answer: Answer;
  readonly #fields: AnswerFields;
  #interim: InterimAnswers | undefined;
  #connection: Carrier | undefined;
  #during: Progress['during'] = 'connecting';
  #clientLeft = false;
  /** Whether the client takes nothing for now. */
  #isFull = false;
  /** Runs where the request's time may be over before the origin's. */
  #cut: Deadline | undefined;

  constructor(journey: Journey, req: Request, res: Response, limits: AttemptLimits, ends: AttemptEnds) {
    this.#journey = journey;
    this.#req = req;
    this.#res = res;
    this.#ends = ends;
    this.#fields = new AnswerFields(req);
    this.#answer = new Answer(res, this.#waitForClient);
    // The client may have left, or have been answered, while the request was on its way here.
    this.#clientLeft = res.writableEnded || res.destroyed;
    res.on('close', this.#onClientClose);
    if (limits.cutAfter !== undefined) {
      this.#cut = new Deadline(limits.deadlines, this.#endEarly);
      this.#cut.in(limits.cutAfter);
    }
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
    this.#interim ??= new InterimAnswers(this.#res);
    if (!this.#interim.pass(head.status, this.#fields.ofInterim(head))) this.#waitFor(this.#res.socket as Socket);
  }

  head(head: AnswerHead): void {
    // The client was told already, by the listener, that the rest of its request can't be read.
    if (this.#res.headersSent) {
      this.#connection?.abort(this, new ClientLeft());
      return;
    }
    const { status } = head;
    this.#during = 'answering';
    if (this.#connection?.owner) rememberLogin(this.#req.socket, this.#journey.latest.origin.id);
    this.#noteFirstByte(status);
    this.#answer.begin(status, head.phrase, this.#fields.ofFinal(head));
  }

  data(piece: Buffer): void {
    this.#answer.write(piece);
  }

  end(trailers: readonly string[]): void {
    this.#settle({ kind: 'answered', status: this.#res.statusCode });
    this.#answer.end(this.#fields.ofTrailers(trailers));
    // Node says no more of a request once it is answered, not even that its client has left.
    if (!this.#req.complete) this.#req.socket.once('close', this.#onClientClose);
  }

  done(): void {
    this.#req.socket.off('close', this.#onClientClose);
    this.#ends.done();
  }

  upgraded(head: AnswerHead, origin: Socket): void {
    const client = this.#req.socket;
    this.#noteFirstByte(head.status);
    const lines = linesOf(this.#fields.ofFinal(head));
    this.#res.statusCode = head.status;
    this.#settle({ kind: 'answered', status: head.status });
    client.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines}\r\n`, 'latin1');
    const tunnel = new Tunnel(client, origin);
    this.#ends.joined(tunnel);
    tunnel.closed.then(this.#ends.done);
  }

  failed(error: Error): void {
    this.#answer.drop();
    const { isStreamed } = exchangeOf(this.#req);
    this.#settle(outcomeOf(error, { during: this.#during, clientLeft: this.#clientLeft, isStreamed }));
    this.#ends.done();
  }

  readonly #waitForClient = () => this.#waitFor(this.#res);

  /** Reads no more from the origin until the client has taken what there is. */
  #waitFor(client: Response | Socket): void {
    // A piece may still come after the pause, and find the client full again.
    if (this.#isFull) return;
    this.#isFull = true;
    this.#connection?.pause(this);
    client.once('drain', () => {
      this.#isFull = false;
      this.#connection?.resume(this);
    });
  }

  readonly #onClientClose = () => {
    this.#clientLeft = true;
    this.#connection?.abort(this, isDeaf(this.#res) ? new ClientDeaf() : new ClientLeft());
  };

  readonly #endEarly = () => this.#connection?.abort(this, new OutOfTime());

  #noteFirstByte(status: number): void {
    this.#cut?.end();
    this.#journey.answered(status);
  }

  #settle(outcome: Outcome): void {
    this.#res.off('close', this.#onClientClose);
    this.#cut?.end();
    this.#journey.ended(outcome);
  }
}
