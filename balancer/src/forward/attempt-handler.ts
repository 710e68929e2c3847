import type { Response } from 'express';
import type { Dispatcher } from 'undici';
import type { Outcome } from '../exchange.ts';
import { endToEnd } from './fields.ts';

/** Streams one answer from an origin to the client, with back-pressure, and says how the attempt ended. */
export class AttemptHandler implements Dispatcher.DispatchHandler {
  readonly #res: Response;
  readonly #settle: (outcome: Outcome) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #during: 'connecting' | 'waiting' | 'answering' = 'connecting';
  #clientLeft = false;

  constructor(res: Response, settle: (outcome: Outcome) => void) {
    this.#res = res;
    this.#settle = settle;
    res.once('close', this.#onClientClose);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#during = 'waiting';
    this.#controller = controller;
    if (this.#clientLeft) controller.abort(new Error('the client left'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    message = '',
  ): void {
    if (status < 200) return;
    this.#during = 'answering';
    const raw = (controller.rawHeaders as Buffer[]).map((field) => field.toString('latin1'));
    const connection = [headers['connection'] ?? []].flat().join();
    this.#res.writeHead(status, message, endToEnd(raw, connection));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#res.write(chunk)) return;
    controller.pause();
    this.#res.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#finish({ kind: 'answered', status: this.#res.statusCode });
    this.#res.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error);
  }

  /** Ends the attempt with an error, whoever noticed it. */
  fail(error: Error): void {
    if (this.#clientLeft) this.#finish({ kind: 'abandoned' });
    else this.#finish({ kind: 'failed', during: this.#during, reason: reasonOf(error), timedOut: isTimeout(error) });
  }

  readonly #onClientClose = () => {
    this.#clientLeft = true;
    this.#controller?.abort(new Error('the client left'));
  };

  #finish(outcome: Outcome): void {
    this.#res.off('close', this.#onClientClose);
    this.#settle(outcome);
  }
}

/** An error in a word or a few: the system's code where there is one, else undici's message. */
function reasonOf(error: Error & { code?: string }): string {
  return error.code && !error.code.startsWith('UND_ERR') ? error.code : error.message;
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

function isTimeout(error: Error & { code?: string }): boolean {
  return timeouts.has(error.code ?? '');
}
