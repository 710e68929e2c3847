import type { ExchangeBrief } from '../api.ts';

/** Where dots come from and go to: clients, the balancer, or an origin by its id. */
export type Station = 'clients' | 'balancer' | { readonly origin: string };

/** Where a dot is and what it looks like. */
export interface Sight {
  readonly from: Station;
  readonly to: Station;
  /** How much of the way it has gone, from 0 to 1. */
  readonly part: number;
  readonly shape: 'circle' | 'diamond';
  /** A retry is drawn hollow. */
  readonly hollow: boolean;
}

/** How long each way takes on the screen, in ms: most requests are far too quick to be seen. */
const way = 300;

/** How long a dot stays at its origin at least, in ms. */
const leastStay = 80;

type Stage = 'arriving' | 'held' | 'going' | 'there' | 'back' | 'leaving' | 'home' | 'done';

const lasts: Readonly<Record<Stage, number>> = {
  arriving: way,
  held: 0,
  going: way,
  there: leastStay,
  back: way,
  leaving: way,
  home: way,
  done: 0,
};

/** One exchange on its way through the picture. What really happened decides where it goes; only the pace is slowed down. */
export class Dot {
  brief: ExchangeBrief;
  #stage: Stage = 'arriving';
  #since: number;
  /** The number of the attempt that it is at. */
  #attempt = 0;

  constructor(brief: ExchangeBrief, now: number) {
    this.brief = brief;
    this.#since = now;
  }

  /** Where it is now; nothing once it is back at its client. */
  at(now: number): Sight | undefined {
    for (let next = this.#next(now); next; next = this.#next(now)) {
      const hasWaited = this.#stage === 'there' || this.#stage === 'held';
      this.#since = hasWaited ? now : this.#since + lasts[this.#stage];
      this.#stage = next;
    }
    return this.#stage === 'done' ? undefined : this.#sight(now);
  }

  /** The stage that follows, if the present one is over. */
  #next(now: number): Stage | undefined {
    if (now - this.#since < lasts[this.#stage]) return undefined;
    const { attempts, ms } = this.brief;
    switch (this.#stage) {
      case 'arriving':
      case 'held':
        if (attempts.length > 0) return 'going';
        if (ms !== null) return 'home';
        return this.#stage === 'held' ? undefined : 'held';
      case 'going':
        return 'there';
      case 'there':
        return this.#afterStay(attempts.length, ms);
      case 'back':
        this.#attempt += 1;
        return 'going';
      case 'leaving':
        return 'home';
      case 'home':
        return 'done';
      default:
        return undefined;
    }
  }

  #afterStay(attempts: number, ms: number | null): Stage | undefined {
    if (this.#attempt + 1 < attempts) return 'back';
    return ms === null ? undefined : 'leaving';
  }

  #sight(now: number): Sight {
    const { attempts, status } = this.brief;
    const attempt = attempts[this.#attempt];
    const there: Station = attempt ? { origin: attempt.origin } : 'balancer';
    const part = lasts[this.#stage] > 0 ? Math.min(1, (now - this.#since) / lasts[this.#stage]) : 1;
    const isBad = this.#stage === 'back' || (this.#isOver && (status === null || status >= 500));
    return { ...this.#leg(there), part, shape: isBad ? 'diamond' : 'circle', hollow: this.#attempt > 0 };
  }

  get #isOver(): boolean {
    return this.#stage === 'leaving' || this.#stage === 'home';
  }

  #leg(there: Station): { from: Station; to: Station } {
    switch (this.#stage) {
      case 'arriving':
        return { from: 'clients', to: 'balancer' };
      case 'going':
        return { from: 'balancer', to: there };
      case 'there':
        return { from: there, to: there };
      case 'back':
      case 'leaving':
        return { from: there, to: 'balancer' };
      case 'home':
        return { from: 'balancer', to: 'clients' };
      default:
        return { from: 'balancer', to: 'balancer' };
    }
  }
}
