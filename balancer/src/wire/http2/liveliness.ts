import { Deadline, type Deadlines } from '../../brain/deadlines.ts';

/** What is asked, and who is told. */
export interface LivelinessParts {
  /** How many bytes have come from the other side until now. */
  readonly bytesRead: () => number;
  /** How long the other side may be silent before it is asked, and how long it may take to answer then, in ms. */
  readonly patience: () => number;
  readonly ping: (answered: () => void) => void;
  /** It is silent whatever it is asked. */
  readonly dead: () => void;
}

/** The longest time between two questions to who says nothing else, in ms: servers of gRPC end connections of those who ask too often. */
const longestPause = 60_000;

/**
 * Finds out that the other side of a connection has vanished, which says nothing by itself, so that it doesn't swallow one request after the other.
 * Who is silent for a while after a request has left is asked by a PING (RFC 9113 §6.7), and one who doesn't answer that is dead. On a
 * connection on which something comes, nothing is ever asked.
 */
export class Liveliness {
  readonly #parts: LivelinessParts;
  readonly #deadline: Deadline;
  #state: 'resting' | 'listening' | 'asking' = 'resting';
  #readBefore = 0;
  /** How long it listens now before it asks, in ms; longer and longer while all that comes is answers to that. */
  #pause = 0;

  constructor(deadlines: Deadlines, parts: LivelinessParts) {
    this.#parts = parts;
    this.#deadline = new Deadline(deadlines, this.#expire);
  }

  /** A request leaves: something should come. */
  look(): void {
    if (this.#state !== 'resting') return;
    this.#state = 'listening';
    this.#readBefore = this.#parts.bytesRead();
    this.#deadline.in(Math.max(this.#pause, this.#parts.patience()));
  }

  /** Nothing runs any more. */
  rest(): void {
    this.#state = 'resting';
    this.#deadline.in(Number.POSITIVE_INFINITY);
  }

  end(): void {
    this.#state = 'resting';
    this.#deadline.end();
  }

  readonly #expire = () => {
    const isSilent = this.#parts.bytesRead() === this.#readBefore;
    if (isSilent && this.#state === 'asking') this.#parts.dead();
    else if (isSilent) this.#ask();
    else {
      if (this.#state === 'listening') this.#pause = 0;
      this.rest();
    }
  };

  #ask(): void {
    this.#state = 'asking';
    this.#pause = Math.min(longestPause, 2 * Math.max(this.#pause, this.#parts.patience()));
    this.#deadline.in(this.#parts.patience());
    this.#parts.ping(() => {});
  }
}
