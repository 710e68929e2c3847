// You are here: 21 of 23 in docs/reading.md. Next: wire/connection.ts.

import type { Socket } from 'node:net';
import type { Request, Response } from 'express';
import { exchangeOf, type RoadExchange } from '../admit/road-exchange.ts';
import { OutOfTime } from '../brain/dispatch/deadline.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { explanationFields } from '../dispatch/explain.ts';
import { rememberLogin } from '../dispatch/logins.ts';
import { deaf } from '../listen/deaf-clients.ts';
import { ClientDeaf, ClientLeft, ClientStalled } from '../queue/upload.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import type { Carrier, Taker } from '../wire/outgoing.ts';
import { Answer } from './answer.ts';
import { causeOf } from './causes.ts';
import { announcedTrailers, linesOf, responseFields, trailerFields } from './fields.ts';
import { InterimAnswers } from './interim-answers.ts';
import { reasonOf } from './reasons.ts';
import { Tunnel } from './tunnel.ts';

/** How long an attempt may go on, in ms. */
export interface AttemptLimits {
  /** When it is cut if no answer has begun; missing where the origin's own time is over before. */
  readonly cutAfter: number | undefined;
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
  #interim: InterimAnswers | undefined;
  #connection: Carrier | undefined;
  #during: 'connecting' | 'waiting' | 'answering' = 'connecting';
  #clientLeft = false;
  /** Whether the client takes nothing for now. */
  #isFull = false;
  /** Runs where the request's time may be over before the origin's. */
  #cut: NodeJS.Timeout | undefined;

  constructor(journey: Journey, req: Request, res: Response, limits: AttemptLimits, ends: AttemptEnds) {
    this.#journey = journey;
    this.#req = req;
    this.#res = res;
    this.#ends = ends;
    this.#answer = new Answer(res, this.#waitForClient);
    // The client may have left, or have been answered, while the request was on its way here.
    this.#clientLeft = res.writableEnded || res.destroyed;
    res.on('close', this.#onClientClose);
    if (limits.cutAfter !== undefined) this.#cut = setTimeout(this.#endEarly, limits.cutAfter);
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
    if (!this.#interim.pass(head.status, responseFields(head))) this.#waitFor(this.#res.socket as Socket);
  }

  head(head: AnswerHead): void {
    // The client was told already, by the listener, that the rest of its request can't be read.
    if (this.#res.headersSent) {
      this.#connection?.abort(this, new ClientLeft());
      return;
    }
    const { status, fields: raw } = head;
    const fields = responseFields(head);
    if (mayHaveTrailers(this.#req, head)) fields.push(...announcedTrailers(raw));
    this.#during = 'answering';
    if (this.#connection?.owner) rememberLogin(this.#req.socket, this.#journey.latest.origin.id);
    this.#noteFirstByte(status);
    for (const text of fieldsFor(exchangeOf(this.#req))) fields.push(text);
    this.#answer.begin(status, phraseOf(head.phrase), fields);
  }

  data(piece: Buffer): void {
    this.#answer.write(piece);
  }

  end(trailers: readonly string[]): void {
    this.#settle({ kind: 'answered', status: this.#res.statusCode });
    this.#answer.end(trailerFields(trailers));
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
    const lines = linesOf([...responseFields(head), ...fieldsFor(exchangeOf(this.#req))]);
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
    if (error instanceof ClientDeaf) this.#settle({ kind: 'unread' });
    else if (this.#clientLeft || error instanceof ClientLeft) this.#settle({ kind: 'abandoned' });
    else if (error instanceof OutOfTime) this.#settle({ kind: 'overdue' });
    else if (error instanceof ClientStalled) this.#settle({ kind: 'starved', slowerThan: error.slowerThan });
    else this.#settle({ kind: 'failed', during: this.#during, reason: reasonOf(error), cause: causeOf(error, this.#during, isStreamed) });
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
    clearTimeout(this.#cut);
    this.#journey.answered(status);
  }

  #settle(outcome: Outcome): void {
    this.#res.off('close', this.#onClientClose);
    clearTimeout(this.#cut);
    this.#journey.ended(outcome);
  }
}

/** Whether the listener ended it because its client takes nothing. */
function isDeaf({ errored }: { readonly errored?: NodeJS.ErrnoException | null }): boolean {
  return errored?.code === deaf;
}

/** Whether the client's answer can have trailers: it must come in chunks there too (RFC 9112 §7.1.2). */
function mayHaveTrailers({ method, httpVersion }: Request, { status, coding }: AnswerHead): boolean {
  return coding !== undefined && httpVersion === '1.1' && method !== 'HEAD' && status !== 204 && status !== 304;
}

/** A reason phrase as far as it can be passed on (RFC 9112 §4); else nothing, which stands for the usual one. */
function phraseOf(message: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(message) ? message : '';
}

/** The fields that the balancer adds for a client. */
function fieldsFor(exchange: RoadExchange): readonly string[] {
  return exchange.isExplained ? [...exchange.told, ...explanationFields(exchange)] : exchange.told;
}
