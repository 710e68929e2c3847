import type { Challenge, Showing } from './challenges.ts';
import { type Clock, pause } from './clock.ts';
import type { Store } from './store.ts';

/** What shared showing works with. */
export interface SharedShowingParts {
  /** This balancer's own. */
  readonly own: Showing;
  readonly store: Store;
  readonly clock: Clock;
  /** How long others may take to show what is in the store, in ms. */
  readonly lag: number;
  readonly signal: AbortSignal;
}

/**
 * Shows challenges at all balancers that share a store: an authority asks the host, and any of them may be the one that it finds there.
 */
export class SharedShowing implements Showing {
  readonly #parts: SharedShowingParts;

  constructor(parts: SharedShowingParts) {
    this.#parts = parts;
  }

  async show(challenge: Challenge): Promise<void> {
    const { own, store, clock, lag, signal } = this.#parts;
    await store.keepChallenge(challenge);
    await own.show(challenge);
    await pause(clock, lag, signal);
  }

  async hide(challenge: Challenge): Promise<void> {
    const { own, store } = this.#parts;
    await own.hide(challenge);
    // Whoever has the lock next removes what this can't.
    await store.removeChallenge(challenge.token).catch(() => {});
  }
}

/** Shows what others that share the store are asked for. */
export class FollowedShowing {
  readonly #own: Showing;
  readonly #store: Store;
  #shown: readonly Challenge[] = [];

  constructor(own: Showing, store: Store) {
    this.#own = own;
    this.#store = store;
  }

  /** Shows what is in the store now, and nothing else. */
  async follow(): Promise<void> {
    const wanted = await this.#store.challenges();
    const before = this.#shown;
    this.#shown = wanted;
    for (const challenge of wanted) if (!has(before, challenge)) await this.#own.show(challenge);
    for (const challenge of before) if (!has(wanted, challenge)) await this.#own.hide(challenge);
  }
}

function has(challenges: readonly Challenge[], { token }: Challenge): boolean {
  return challenges.some((one) => one.token === token);
}
