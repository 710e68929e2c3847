import type { Response } from 'express';

/** Up to how many bytes a body counts as small. */
const smallBody = 4096;

/** How many bytes may wait for the next flush. */
const mostHeld = 128 * 1024;

/**
 * Writes one origin's answer to the client. What an origin sends is held until the event loop has read all that there is to
 * read in this turn; then all answers leave one after the other. A short answer so leaves in one write, and a client that
 * each write would wake from its sleep is still awake for the next: that is a fifth of the CPU time of a short exchange.
 */
export class Answer {
  readonly #res: Response;
  readonly #full: () => void;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #flushed = false;
  #ended = false;

  /** `full` is called whenever the client takes no more for now; its `drain` event says when it does again. */
  constructor(res: Response, full: () => void) {
    this.#res = res;
    this.#full = full;
  }

  /** Begins with the status line and the fields (name, value, name, value …). Throws what Node finds wrong with them. */
  begin(status: number, message: string, fields: string[]): void {
    this.#res.writeHead(status, phraseOf(message), asNodeTakes(fields));
    flushSoon(this);
  }

  write(chunk: Buffer): void {
    if (this.#flushed) {
      if (!this.#res.write(chunk)) this.#full();
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= mostHeld) this.flush();
  }

  end(trailers: [string, string][]): void {
    if (trailers.length > 0 && this.#res.chunkedEncoding) this.#res.addTrailers(trailers);
    this.#ended = true;
    if (this.#flushed) this.#res.end();
  }

  /** Sends what is held, the header at least. */
  flush(): void {
    if (this.#flushed) return;
    this.#flushed = true;
    if (this.#ended) this.#sendWhole();
    else if (this.#heldBytes === 0) this.#sendHeader();
    else if (!this.#sendHeld()) this.#full();
  }

  /** Gives up: nothing that is held is sent any more. */
  drop(): void {
    this.#flushed = true;
  }

  #sendWhole(): void {
    const [only] = this.#held;
    if (this.#held.length === 1 && only && only.length <= smallBody) {
      // Node joins a header and a body that is text into one write; for a small one the copy costs less than a second write.
      this.#res.end(only.toString('latin1'), 'latin1');
    } else {
      this.#sendHeld();
      this.#res.end();
    }
  }

  /** Node would write a lone header as UTF-8, and so every byte above ASCII as two, but writes it as the body's first piece. */
  #sendHeader(): void {
    this.#res.write('', 'latin1');
    // Where there may be no body, that did nothing.
    this.#res.flushHeaders();
  }

  /** Node gathers the writes of one turn. False if the client takes no more for now. */
  #sendHeld(): boolean {
    let takesMore = true;
    for (const chunk of this.#held) takesMore = this.#res.write(chunk);
    this.#held = [];
    return takesMore;
  }
}

let waiting: Answer[] = [];

/** Flushes an answer at the end of this turn of the event loop, together with all others that wait. */
function flushSoon(answer: Answer): void {
  if (waiting.push(answer) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const answers = waiting;
  waiting = [];
  for (const answer of answers) answer.flush();
}

/**
 * The fields as Node has to get them so that each byte leaves as it came: behind a Content-Length it takes a Content-Disposition's
 * characters for Latin-1 bytes of UTF-8 text, and decodes that; so it gets what decodes to the right ones.
 */
function asNodeTakes(fields: string[]): string[] {
  let hasLength = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase();
    if (name === 'content-length') hasLength = Number(fields[i + 1]) > 0;
    if (hasLength && name === 'content-disposition') fields[i + 1] = Buffer.from(fields[i + 1] as string).toString('latin1');
  }
  return fields;
}

/** A reason phrase as far as it can be passed on (RFC 9112 §4); else nothing, which stands for the usual one. */
function phraseOf(message: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(message) ? message : '';
}
