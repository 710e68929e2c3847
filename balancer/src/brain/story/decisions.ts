import type { Attempt } from '../exchange/attempt.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mostKept } from '../pool/view.ts';

/** Exchanges that one batch of news shows; the others are counted. */
const mostShown = 60;

/**
 * What a remembered exchange takes up beside its texts, and each of its attempts, each candidate whose figures are kept and each
 * origin that was left out, about, in bytes. Together they are a little more than V8's heap grows by for each of many exchanges, with
 * all policies, measured after full collections: 1.7 KB with 4 origins, 3.1 to 3.6 KB with 100 and more.
 */
const taken = { exchange: 640, routed: 128, attempt: 1024, candidate: 64, excluded: 256 };

/** What has happened since the last batch. */
export interface News {
  /** Exchanges that began, went on elsewhere or ended. */
  readonly exchanges: readonly Exchange[];
  /** How many more there were. */
  readonly unseen: number;
}

/** The latest exchanges of one thread with all that was decided about them, in a ring: a new one takes the place
 * of the oldest, and of as many of the oldest as are too big to be kept beside it. */
export class Decisions {
  readonly #ring: (Exchange | undefined)[];
  /** What each of them takes up, about, in bytes. */
  readonly #sizes: Float64Array;
  readonly #mostBytes: number;
  #bytes = 0;
  #next = 0;
  /** The place of the oldest. */
  #oldest = 0;
  #isWatched = false;
  #news = new Set<Exchange>();
  #unseen = 0;
  /** Counted there; they are not kept for that. */
  #counted = new WeakSet<Exchange>();
  /** Shown while they ran, so that their end must be shown too. */
  readonly #followed = new Set<Exchange>();

  /** Remembers so many, and of those as many as take up no more than so many bytes; the latest in any case. */
  constructor(size: number, mostBytes = Number.POSITIVE_INFINITY) {
    this.#mostBytes = mostBytes;
    this.#sizes = new Float64Array(size);
    this.#ring = new Array<Exchange | undefined>(size).fill(undefined);
  }

  /** Takes in an exchange, which may still change. */
  begin(exchange: Exchange): void {
    const place = this.#next;
    if (this.#ring[place]) this.#forgetOldest();
    this.#ring[place] = exchange;
    this.#sizes[place] = 0;
    this.#next = (place + 1) % this.#ring.length;
    exchange.place = place;
    this.changed(exchange);
  }

  /** Takes in that something has happened to an exchange. */
  changed(exchange: Exchange): void {
    this.#weigh(exchange);
    if (!this.#isWatched || this.#news.has(exchange)) return;
    if (this.#news.size < mostShown || this.#followed.has(exchange)) this.#news.add(exchange);
    else if (!exchange.ended && !this.#counted.has(exchange)) {
      this.#counted.add(exchange);
      this.#unseen += 1;
    }
  }

  /** Takes in how big an exchange is now; the oldest make room for it. */
  #weigh(exchange: Exchange): void {
    const { place } = exchange;
    if (place === undefined || this.#ring[place] !== exchange) return;
    const size = sizeOf(exchange);
    this.#bytes += size - (this.#sizes[place] ?? 0);
    this.#sizes[place] = size;
    const latest = (this.#next + this.#ring.length - 1) % this.#ring.length;
    while (this.#bytes > this.#mostBytes && this.#oldest !== latest) this.#forgetOldest();
  }

  #forgetOldest(): void {
    this.#ring[this.#oldest] = undefined;
    this.#bytes -= this.#sizes[this.#oldest] ?? 0;
    this.#sizes[this.#oldest] = 0;
    this.#oldest = (this.#oldest + 1) % this.#ring.length;
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

/** What an exchange takes up while it is remembered, about, in bytes. */
function sizeOf({ id, target, client, attempts, nobody, routed }: Exchange): number {
  // A sentence that is no route's own, and another target, are at most about as long as the client's.
  const own = routed ? taken.routed + target.length + client.length : 0;
  let size = taken.exchange + id.length + target.length + client.length + own + (nobody?.length ?? 0) * taken.excluded;
  for (const attempt of attempts) size += sizeOfAttempt(attempt);
  return size;
}

function sizeOfAttempt({ choice: { key, view } }: Attempt): number {
  return taken.attempt + key.length + Math.min(view.candidatesInAll, mostKept) * taken.candidate + view.excludedKept * taken.excluded;
}
