import { Worker } from 'node:worker_threads';
import type { Counts, TrafficStart } from './worker.ts';

/** The most memory that making traffic may take, in MiB; a thread that wants more ends, and it alone. */
const mostMemory = 256;

/** One order of traffic, carried out in a thread of its own so that it keeps nobody waiting. */
export class Run {
  /** When it ends by itself, in ms since the epoch. */
  readonly endsAt: number;
  counts: Counts = { sent: 0, answered: 0, failed: 0 };
  isRunning = true;
  readonly #worker: Worker;

  /** Starts it; `note` is told of a mistake in it, of which the balancer's own threads notice nothing. */
  constructor(start: TrafficStart, note: (message: string) => void, program = new URL('worker.ts', import.meta.url)) {
    this.endsAt = Date.now() + start.traffic.seconds * 1000;
    this.#worker = new Worker(program, { workerData: start, resourceLimits: { maxOldGenerationSizeMb: mostMemory } });
    this.#worker.on('message', (counts: Counts) => {
      this.counts = counts;
    });
    this.#worker.on('error', (error) => note(`the traffic ended with a mistake: ${error instanceof Error ? error.stack : String(error)}`));
    this.#worker.on('exit', () => {
      this.isRunning = false;
    });
    this.#worker.unref();
  }

  /** Stops it; what is under way is cut. */
  async stop(): Promise<void> {
    this.isRunning = false;
    await this.#worker.terminate();
  }
}
