import { type Duplex, Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { type Dispatcher, errors } from 'undici';
import { type Attempt, type Exchange, exchangeOf, type Outcome } from '../exchange.ts';
import { Answer } from './answer.ts';
import { ClientDeaf, ClientLeft, ClientStalled } from './body.ts';
import { causeOf } from './causes.ts';
import { OutOfTime } from './deadline.ts';
import { explanationFields } from './explain.ts';
import { announcedTrailers, pairsOf, responseFields, trailerFields } from './fields.ts';
import { InterimAnswers } from './interim-answers.ts';
import { type OriginConnection, type Sender, tellConnectionTo } from './origin-connection.ts';
import { nameOf } from './outcome-name.ts';
import { reasonOf } from './reasons.ts';
import { mayBeRepeated } from './retry.ts';
import { Tunnel } from './tunnel.ts';

type Controller = Dispatcher.DispatchController;
type Field = string | string[] | undefined;
type Headers = { readonly connection?: Field; readonly 'transfer-encoding'?: Field };

/** How long an attempt may go on, in ms. */
export interface AttemptLimits {
  /** The longest that the client may take nothing. */
  readonly patience: number;
  /** The longest from the request's end to the final answer's beginning, whatever interim ones come. */
  readonly response: number;
  /** When it is cut if no answer has begun; missing where the origin's own time is over before. */
  readonly cutAfter: number | undefined;
}

/** What an attempt comes to. */
export interface AttemptEnds {
  /** Called once, when nothing more happens. */
  readonly done: () => void;
  /** Called where the request may leave once more, on a new connection, since the one that it took was stale. */
  readonly again: () => void;
  /** Called if the attempt became a WebSocket, which goes on until it is closed. */
  readonly joined: (tunnel: Tunnel) => void;
}

/** Follows one attempt: passes the origin's answer to the client, with back-pressure, and leaves the outcome on the attempt. */
export class AttemptHandler implements Dispatcher.DispatchHandler, Sender {
  readonly #attempt: Attempt;
  readonly #req: Request;
  readonly #res: Response;
  readonly #patience: number;
  readonly #ends: AttemptEnds;
  readonly #answer: Answer;
  readonly #interim: InterimAnswers;
  /** On which the request left. */
  connection: OriginConnection | undefined;
  #isSecond = false;
  #controller: Controller | undefined;
  #during: 'connecting' | 'waiting' | 'answering' = 'connecting';
  #clientLeft = false;
  /** Runs while the client takes nothing. */
  #stalled: NodeJS.Timeout | undefined;
  /** Runs where the request's time may be over before the origin's. */
  #cut: NodeJS.Timeout | undefined;

  constructor(attempt: Attempt, req: Request, res: Response, limits: AttemptLimits, ends: AttemptEnds) {
    this.#attempt = attempt;
    this.#req = req;
    this.#res = res;
    this.#patience = limits.patience;
    this.#ends = ends;
    this.#answer = new Answer(res, this.#waitForClient);
    this.#interim = new InterimAnswers(res, limits.response, () => this.#controller?.abort(new errors.HeadersTimeoutError()));
    // The client may have left, or have been answered, while the request was on its way here.
    this.#clientLeft = res.writableEnded || res.destroyed;
    res.on('close', this.#onClientClose);
    if (limits.cutAfter !== undefined) this.#cut = setTimeout(this.#endEarly, limits.cutAfter);
  }

  onRequestStart(controller: Controller): void {
    this.#during = 'waiting';
    this.#attempt.connectedAt = this.#attempt.now();
    this.#controller = controller;
    if (this.#clientLeft) controller.abort(new ClientLeft());
    // The request's time was over before there was a connection.
    else if (this.#attempt.outcome) controller.abort(new OutOfTime());
    else tellConnectionTo(this);
  }

  onRequestSent(): void {
    this.#interim.requestSent();
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, message = ''): void {
    const fields = fieldsOf(controller, headers);
    if (status < 200) {
      this.#interim.pass(status, fields);
      return;
    }
    this.#interim.end();
    refuseCodings(headers);
    if (mayHaveTrailers(this.#req, status, headers)) fields.push(...announcedTrailers(controller.rawHeaders as Buffer[]));
    this.#during = 'answering';
    this.#noteFirstByte();
    this.#attempt.waited(status < 500 ? 'responded' : 'failed');
    exchangeOf(this.#req).share?.answered(status);
    for (const text of fieldsFor(exchangeOf(this.#req))) fields.push(text);
    this.#answer.begin(status, phraseOf(message), fields);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#answer.write(chunk);
  }

  onResponseEnd(controller: Controller): void {
    this.#settle({ kind: 'answered', status: this.#res.statusCode });
    this.#answer.end(trailerFields((controller.rawTrailers ?? []) as Buffer[]));
    this.#ends.done();
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.fail(error);
  }

  onRequestUpgrade(controller: Controller, status: number, headers: Headers, origin: Duplex): void {
    const client = this.#req.socket;
    this.#noteFirstByte();
    const fields = [...fieldsOf(controller, headers), ...fieldsFor(exchangeOf(this.#req))];
    const lines = pairsOf(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#res.statusCode = status;
    this.#attempt.waited('responded');
    exchangeOf(this.#req).share?.answered(status);
    this.#settle({ kind: 'answered', status });
    client.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines.join('')}\r\n`, 'latin1');
    const tunnel = new Tunnel(client, origin);
    this.#ends.joined(tunnel);
    tunnel.closed.then(this.#ends.done);
  }

  /** Ends the attempt with an error, whoever noticed it. */
  fail(error: Error): void {
    // The client left while there was no connection yet, and the attempt was over then.
    if (this.#attempt.outcome) return;
    if (this.#mayLeaveAgain(error)) {
      this.#isSecond = true;
      this.#controller = undefined;
      this.#during = 'connecting';
      this.#ends.again();
      return;
    }
    this.#answer.drop();
    const isLong = exchangeOf(this.#req).body instanceof Readable;
    if (this.#clientLeft || error instanceof ClientLeft) this.#settle({ kind: 'abandoned' });
    else if (error instanceof OutOfTime) this.#settle({ kind: 'overdue' });
    else if (error instanceof ClientStalled) this.#settle({ kind: 'starved', slowerThan: error.slowerThan });
    else if (error instanceof ClientDeaf) this.#settle({ kind: 'unread' });
    else this.#settle({ kind: 'failed', during: this.#during, reason: reasonOf(error), cause: causeOf(error, this.#during, isLong) });
    this.#ends.done();
  }

  /** Whether a stale connection is all that went wrong: nothing of an answer came, and the request may be repeated (RFC 9110 §9.2.2). */
  #mayLeaveAgain(error: Error): boolean {
    if (this.#isSecond || this.#clientLeft || this.#during !== 'waiting' || !this.connection?.isStale) return false;
    const { method, body } = exchangeOf(this.#req);
    return causeOf(error, this.#during) === 'lost' && mayBeRepeated(method) && (body === null || Buffer.isBuffer(body));
  }

  readonly #waitForClient = () => {
    // A chunk may still come after the pause, and find the client full again.
    if (this.#stalled) return;
    const controller = this.#controller;
    controller?.pause();
    this.#stalled = setTimeout(() => controller?.abort(new ClientDeaf()), this.#patience);
    this.#res.once('drain', () => {
      clearTimeout(this.#stalled);
      this.#stalled = undefined;
      controller?.resume();
    });
  };

  readonly #onClientClose = () => {
    this.#clientLeft = true;
    if (this.#controller) this.#controller.abort(new ClientLeft());
    else this.fail(new ClientLeft());
  };

  readonly #endEarly = () => {
    if (this.#controller) this.#controller.abort(new OutOfTime());
    else this.fail(new OutOfTime());
  };

  #noteFirstByte(): void {
    clearTimeout(this.#cut);
    const { now, startedAt, tally } = this.#attempt;
    const at = now();
    this.#attempt.firstByteAt = at;
    tally.took(at - startedAt);
  }

  #settle(outcome: Outcome): void {
    this.#res.off('close', this.#onClientClose);
    clearTimeout(this.#stalled);
    clearTimeout(this.#cut);
    this.#interim.end();
    this.#attempt.outcome = outcome;
    this.#attempt.endedAt = this.#attempt.now();
    this.#attempt.tally.ended(nameOf(outcome));
    if (outcome.kind === 'failed') this.#attempt.waited('failed');
    if ((outcome.kind === 'abandoned' && this.#during !== 'answering') || outcome.kind === 'overdue') this.#attempt.waited('abandoned');
  }
}

/** Throws where the body is in a coding besides chunks (RFC 9112 §6.1): it would reach the client without its name. */
function refuseCodings({ 'transfer-encoding': coding }: Headers): void {
  if (coding !== undefined && !/^chunked$/i.test(String(coding).trim())) throw new Error('a transfer coding besides chunked');
}

/** Whether the client's answer can have trailers: it must come in chunks there too (RFC 9112 §7.1.2). */
function mayHaveTrailers({ method, httpVersion }: Request, status: number, headers: Headers): boolean {
  return headers['transfer-encoding'] !== undefined && httpVersion === '1.1' && method !== 'HEAD' && status !== 204 && status !== 304;
}

/** A reason phrase as far as it can be passed on (RFC 9112 §4); else nothing, which stands for the usual one. */
function phraseOf(message: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(message) ? message : '';
}

/** The fields that the balancer adds for a client. */
function fieldsFor(exchange: Exchange): readonly string[] {
  return exchange.isExplained ? [...exchange.told, ...explanationFields(exchange)] : exchange.told;
}

function fieldsOf(controller: Controller, { connection }: Headers): string[] {
  return responseFields(controller.rawHeaders as Buffer[], Array.isArray(connection) ? connection.join() : connection);
}
