import type { Exchange } from '../exchange.ts';

/** Exchanges that one batch of news shows; the others are counted. */
const mostShown = 60;

/** What has happened since the last batch. */
export interface News {
  /** Exchanges that began, went on elsewhere or ended. */
  readonly exchanges: readonly Exchange[];
  /** How many more there were. */
  readonly unseen: number;
}

/** The latest exchanges of one thread with all that was decided about them, in a ring: a new one takes the place of the oldest. */
export class Decisions {
  readonly #ring: (Exchange | undefined)[];
  #next = 0;
  #isWatched = false;
  #news = new Set<Exchange>();
  #unseen = 0;
  /** Counted there; they are not kept for that. */
  #counted = new WeakSet<Exchange>();
  /** Shown while they ran, so that their end must be shown too. */
  readonly #followed = new Set<Exchange>();

  /** Remembers so many. */
  constructor(size: number) {
    this.#ring = new Array<Exchange | undefined>(size).fill(undefined);
  }

  /** Takes in an exchange, which may still change. */
  begin(exchange: Exchange): void {
    this.#ring[this.#next] = exchange;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.changed(exchange);
  }

  /** Takes in that something has happened to an exchange. */
  changed(exchange: Exchange): void {
    if (!this.#isWatched || this.#news.has(exchange)) return;
    if (this.#news.size < mostShown || this.#followed.has(exchange)) this.#news.add(exchange);
    else if (!exchange.ended && !this.#counted.has(exchange)) {
      this.#counted.add(exchange);
      this.#unseen += 1;
    }
  }

  /** The latest first. */
  latest(): Exchange[] {
    const older = this.#ring.slice(0, this.#next).reverse();
    const oldest = this.#ring.slice(this.#next).reverse();
    return [...older, ...oldest].filter((exchange) => exchange !== undefined);
  }

  /** The latest of that id, if it is still remembered. */
  find(id: string): Exchange | undefined {
    return this.latest().find((exchange) => exchange.id === id);
  }

  /** The news since the last time; from the first time on they are gathered. */
  takeNews(): News {
    const news = { exchanges: [...this.#news], unseen: this.#unseen };
    for (const exchange of this.#news) {
      if (exchange.ended) this.#followed.delete(exchange);
      else this.#followed.add(exchange);
    }
    this.#isWatched = true;
    this.#news = new Set();
    this.#unseen = 0;
    this.#counted = new WeakSet();
    return news;
  }

  /** Gathers no more news. */
  rest(): void {
    this.takeNews();
    this.#isWatched = false;
    this.#followed.clear();
  }
}
