import type { TrafficStatus } from '../api.ts';
import type { Traffic } from './order.ts';
import { Run } from './run.ts';

/**
 * Makes traffic through the public port. A steady rate and a burst may run at the same time; a new order takes the place of the
 * one of its kind.
 */
export class TrafficGenerator {
  /** Where the balancer listens, as a URL. */
  readonly #target: () => string;
  readonly #note: (message: string) => void;
  #runs: { readonly rate?: Run; readonly burst?: Run } = {};
  #order: Traffic | null = null;

  constructor(target: () => string, note: (message: string) => void) {
    this.#target = target;
    this.#note = note;
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

  /** Starts traffic. */
  async start(traffic: Traffic): Promise<void> {
    const kind = traffic.rate === undefined ? 'burst' : 'rate';
    await this.#runs[kind]?.stop();
    // What has ended is over: the counts are those of what runs now.
    if (!this.status.isRunning) this.#runs = {};
    this.#order = traffic;
    this.#runs = { ...this.#runs, [kind]: new Run({ traffic, target: this.#target() }, this.#note) };
  }

  /** Stops everything; what is under way is cut. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#runs).map((run) => run.stop()));
  }
}
