/** A value that holds for a while and then ends by itself, so that what somebody broke and forgot mends itself. */
export class Passing<Value> {
  readonly #now: () => Date;
  readonly #changed: () => void;
  #held: { readonly value: Value; readonly endsAt: Date; readonly timer: NodeJS.Timeout } | undefined;

  /** `now` tells the time that `endsAt` is given in; `changed` is called after each change, whoever made it. */
  constructor(now: () => Date, changed: () => void = () => {}) {
    this.#now = now;
    this.#changed = changed;
  }

  /** The value, while it holds. */
  get value(): Value | undefined {
    return this.#held?.value;
  }

  /** When it ends, while it holds. */
  get endsAt(): Date | undefined {
    return this.#held?.endsAt;
  }

  /** Takes the place of what was held, for so many seconds. */
  set(value: Value, seconds: number): void {
    clearTimeout(this.#held?.timer);
    const ms = seconds * 1000;
    const timer = setTimeout(() => this.end(), ms).unref();
    this.#held = { value, endsAt: new Date(this.#now().getTime() + ms), timer };
    this.#changed();
  }

  /** Ends it now; nothing happens where nothing is held. */
  end(): void {
    if (!this.#held) return;
    clearTimeout(this.#held.timer);
    this.#held = undefined;
    this.#changed();
  }
}
