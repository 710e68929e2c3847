import type { TrafficStatus } from '../api.ts';
import type { Traffic } from './order.ts';
import { Run } from './run.ts';

/** There is nobody to make traffic for. */
export class NoTraffic extends Error {}

/**
 * Makes traffic through the public port. A steady rate and a burst may run at the same time; a new order takes the place of the
 * one of its kind.
 */
export class TrafficGenerator {
  /** Where the balancer listens, as a URL; nothing while it doesn't. */
  readonly #target: () => string | undefined;
  readonly #note: (message: string) => void;
  readonly #mostUnderWay: number;
  #runs: { readonly rate?: Run; readonly burst?: Run } = {};
  #order: Traffic | null = null;
  #isOver = false;

  /** `mostUnderWay` is how many requests of an order may be under way. */
  constructor(target: () => string | undefined, note: (message: string) => void, mostUnderWay: number) {
    this.#target = target;
    this.#note = note;
    this.#mostUnderWay = mostUnderWay;
  }

  get status(): TrafficStatus {
    const runs = Object.values(this.#runs);
    const sum = (count: 'sent' | 'answered' | 'failed') => runs.reduce((all, run) => all + run.counts[count], 0);
    const { rate } = this.#runs;
    return {
      ...{ isRunning: runs.some(({ isRunning }) => isRunning), order: this.#order },
      ...{ sent: sum('sent'), answered: sum('answered'), failed: sum('failed') },
      endsAt: rate?.isRunning ? rate.endsAt : null,
    };
  }

  /**
   * Starts traffic. Nothing is waited for in between, so that of two orders at the same time neither is lost to who could stop it.
   * Throws NoTraffic where the balancer takes no requests.
   */
  start(traffic: Traffic): void {
    const target = this.#target();
    if (target === undefined || this.#isOver) throw new NoTraffic('the balancer takes no requests now: it starts, or stops');
    const kind = traffic.rate === undefined ? 'burst' : 'rate';
    void this.#runs[kind]?.stop();
    // What has ended is over: the counts are those of what runs now.
    if (!this.status.isRunning) this.#runs = {};
    this.#order = traffic;
    this.#runs = { ...this.#runs, [kind]: new Run({ traffic, target, mostUnderWay: this.#mostUnderWay }, this.#note) };
  }

  /** Stops everything; what is under way is cut. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#runs).map((run) => run.stop()));
  }

  /** Stops everything for good, so that a balancer that stops waits for none of it. */
  end(): Promise<void> {
    this.#isOver = true;
    return this.stop();
  }
}
