import type { Pace } from './pace.ts';
import { BodyTooLong, ClientStalled, type Intake } from './upload.ts';

/** Holds a client to a pace, and to a length, while it sends its body. */
export class BodyIntake implements Intake {
  readonly #pace: Pace;
  /** How many bytes may still come. */
  #left: number;

  /** `most` is the longest body that is taken, in bytes. */
  constructor(pace: Pace, most = Number.POSITIVE_INFINITY) {
    this.#pace = pace;
    this.#left = most;
  }

  goOn(): void {
    this.#pace.goOn();
  }

  take(bytes: number): Error | undefined {
    this.#left -= bytes;
    if (this.#left < 0) return new BodyTooLong();
    return this.#pace.keeps(bytes) ? undefined : new ClientStalled(this.#pace.rate);
  }
}
