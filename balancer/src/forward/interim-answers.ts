import type { Response } from 'express';

/** How many interim answers (1xx) an origin may send before the final one, and how many bytes of fields in all of them. */
const most = 32;
const mostBytes = 64 * 1024;

/**
 * The interim answers (RFC 9110 §15.2) of one attempt on their way to the client. The library can't be told to wait in front of a
 * final answer, so it is their number and size that bound what a client which doesn't read costs; and since each of them
 * makes the library wait anew, the wait is timed here from the first one on.
 */
export class InterimAnswers {
  readonly #res: Response;
  readonly #patience: number;
  readonly #late: () => void;
  #count = 0;
  #bytes = 0;
  #sentAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `late` is called when no final answer has come so many ms after the request's end, where interim ones have. */
  constructor(res: Response, patience: number, late: () => void) {
    this.#res = res;
    this.#patience = patience;
    this.#late = late;
  }

  /** The whole request has left. */
  requestSent(): void {
    this.#sentAt = performance.now();
    if (this.#count > 0) this.#time(this.#sentAt);
  }

  /** Passes one on, but not to a client of HTTP/1.0, which knows none (RFC 9110 §15.2). Throws where it is one too many. */
  pass(status: number, fields: string[]): void {
    this.#count += 1;
    for (const text of fields) this.#bytes += text.length;
    if (this.#count > most || this.#bytes > mostBytes) throw new Error('too many interim answers');
    if (this.#sentAt !== undefined) this.#time(this.#sentAt);
    if (this.#res.req.httpVersion !== '1.0') this.#res.writeInformation(status, fields);
  }

  /** No more of them are to come. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #time(sentAt: number): void {
    this.#timer ??= setTimeout(this.#late, sentAt + this.#patience - performance.now());
  }
}
