import type { Reply } from '../listen/reply.ts';
import { Trouble } from '../wire/trouble.ts';

/** How many interim answers (1xx) an origin may send before the final one, and how many bytes of fields in all of them. */
const most = 32;
const mostBytes = 64 * 1024;

/** The interim answers (RFC 9110 §15.2) of one attempt on their way to the client. Their number and size bound what one that doesn't read costs. */
export class InterimAnswers {
  readonly #reply: Reply;
  #count = 0;
  #bytes = 0;

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  /**
   * Passes one on, but no `100 Continue`: the client has had one from us, where it wanted one. Says whether the client takes more for now. Throws Trouble where it is one too many, passed on or not.
   */
  pass(status: number, fields: string[]): boolean {
    this.#count += 1;
    for (const text of fields) this.#bytes += text.length;
    if (this.#count > most || this.#bytes > mostBytes) throw new Trouble('CHATTY');
    return status === 100 || this.#reply.interim(status, fields);
  }
}
