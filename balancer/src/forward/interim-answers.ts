import type { Response } from 'express';
import { Trouble } from '../wire/trouble.ts';

/** How many interim answers (1xx) an origin may send before the final one, and how many bytes of fields in all of them. */
const most = 32;
const mostBytes = 64 * 1024;

/** The interim answers (RFC 9110 §15.2) of one attempt on their way to the client. Their number and size bound what one that doesn't read costs. */
export class InterimAnswers {
  readonly #res: Response;
  #count = 0;
  #bytes = 0;

  constructor(res: Response) {
    this.#res = res;
  }

  /**
   * Passes one on, but not to a client of HTTP/1.0, which knows none (RFC 9110 §15.2), and no `100 Continue`: the client has had one from us,
   * where it wanted one. Says whether the client takes more for now. Throws Trouble where it is one too many, passed on or not.
   */
  pass(status: number, fields: string[]): boolean {
    this.#count += 1;
    for (const text of fields) this.#bytes += text.length;
    if (this.#count > most || this.#bytes > mostBytes) throw new Trouble('CHATTY');
    if (status !== 100 && this.#res.req.httpVersion !== '1.0') this.#res.writeInformation(status, fields);
    return this.#res.socket?.writableNeedDrain !== true;
  }
}
