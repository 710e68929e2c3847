/** What is counted of clients and of what they ask for, in all threads: see pool/ledger.ts. */
export interface ClientCounts {
  /** Counts connections from clients in; returns how many there are. */
  connect(count: number): number;
  /** Counts WebSockets in; returns how many there are. */
  tunnel(count: number): number;
  /** Requests that have a place. */
  readonly running: number;
  /** Requests that wait for a place. */
  readonly waiting: number;
}

/** How many looks in a row must find the same: who has just left may still be counted for a moment. */
const looksToBeSure = 5;

/**
 * The balancer's watch over itself. Where no client is connected nothing is asked for, so that whatever still counts as under way is
 * counted for ever, and leaves less room for everybody, down to none: a mistake of the balancer's own, which nobody would see.
 */
export class LeakWatch {
  readonly #counts: ClientCounts;
  readonly #note: (message: string) => void;
  #looks = 0;
  #known = 0;
  #found = 0;

  /** `note` is told of each leak, once. */
  constructor(counts: ClientCounts, note: (message: string) => void) {
    this.#counts = counts;
    this.#note = note;
  }

  /** How many requests and WebSockets were found that count as under way although nobody has asked for them. */
  get found(): number {
    return this.#found;
  }

  /** Looks whether there are any; to be called about once in a second. */
  look(): void {
    const { running, waiting } = this.#counts;
    const tunnels = this.#counts.tunnel(0);
    const sum = this.#counts.connect(0) === 0 ? running + waiting + tunnels : this.#known;
    this.#looks = sum > this.#known ? this.#looks + 1 : 0;
    if (sum < this.#known) this.#known = sum;
    if (this.#looks < looksToBeSure) return;
    this.#looks = 0;
    this.#found += sum - this.#known;
    this.#known = sum;
    this.#note(
      `a mistake inside the balancer: no client is connected, but ${running} requests are counted as running, ${waiting} as waiting, and ${tunnels} WebSockets as open; they take places until a restart`,
    );
  }
}
