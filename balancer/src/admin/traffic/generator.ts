import { Worker } from 'node:worker_threads';
import type { TrafficStatus } from '../api.ts';
import type { Traffic } from './order.ts';
import type { Counts, TrafficStart } from './worker.ts';

/** Makes traffic through the public port, in a thread of its own so that it keeps nobody waiting. */
export class TrafficGenerator {
  /** Where the balancer listens, as a URL. */
  readonly #target: () => string;
  readonly #note: (message: string) => void;
  #worker: Worker | undefined;
  #counts: Counts = { sent: 0, answered: 0, failed: 0 };
  #traffic: Traffic | null = null;
  #endsAt: number | null = null;

  constructor(target: () => string, note: (message: string) => void) {
    this.#target = target;
    this.#note = note;
  }

  get status(): TrafficStatus {
    return { isRunning: this.#worker !== undefined, order: this.#traffic, ...this.#counts, endsAt: this.#worker ? this.#endsAt : null };
  }

  /** Starts traffic in the place of what runs. */
  async start(traffic: Traffic): Promise<void> {
    await this.stop();
    this.#traffic = traffic;
    this.#counts = { sent: 0, answered: 0, failed: 0 };
    this.#endsAt = traffic.rate === undefined ? null : Date.now() + traffic.seconds * 1000;
    const workerData: TrafficStart = { traffic, target: this.#target() };
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData });
    this.#worker = worker;
    worker.on('message', (counts: Counts) => {
      if (this.#worker === worker) this.#counts = counts;
    });
    worker.on('error', (error) => this.#note(`the traffic ended with a mistake: ${error instanceof Error ? error.stack : String(error)}`));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    worker.unref();
  }

  /** Stops what runs; what is under way is cut. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
