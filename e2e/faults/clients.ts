import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What a client saw of one request. Times in ms. */
export interface Sample {
  /** When it was sent, on the clock of `performance.now()`. */
  readonly start: number;
  /** From the sending to the last byte of the answer. */
  readonly ms: number;
  /** The status, or the word for what went wrong. */
  readonly result: number | string;
  /** What the answer said: the port of the origin, if one answered. */
  readonly body: string;
  /** The request's own header fields, where it had some. */
  readonly id?: string;
}

/** How clients ask. */
export interface Habit {
  /** Clients, each with one kept-alive connection and one request at a time. */
  readonly count: number;
  /** What they ask for. */
  readonly path: string;
  /** Pause after each answer, in ms. */
  readonly think: number;
  /** What is sent with every request; a GET where it is missing. `id` is unique for each. */
  readonly post?: Buffer;
  /** The share of requests whose client leaves before the answer. */
  readonly leave?: number;
}

/** The longest that a client waits, in ms: longer than any answer should take. */
const patience = 15_000;

/** A crowd of clients in a closed loop: each sends its next request when the latest is answered. */
export class Clients {
  readonly #port: number;
  readonly #habit: Habit;
  readonly #loops: Promise<void>[];
  #ended = false;
  #count = 0;
  /** All that was answered or failed so far, in that order. Requests whose clients left are not among them. */
  readonly samples: Sample[] = [];

  /** Starts at once, against a port of 127.0.0.1. */
  constructor(port: number, habit: Partial<Habit> = {}) {
    this.#port = port;
    this.#habit = { count: 32, path: '/', think: 12, ...habit };
    this.#loops = Array.from({ length: this.#habit.count }, () => this.#loop());
  }

  /** Sends nothing more; resolves when the last answer is there. */
  async stop(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#loops);
  }

  /** Those that were sent in a span of time. */
  sent(from: number, to = Number.POSITIVE_INFINITY): Sample[] {
    return this.samples.filter(({ start }) => start >= from && start < to);
  }

  /** Resolves with the first sample that fits and was sent after a moment; rejects if there is none in time. */
  async first(after: number, fits: (sample: Sample) => boolean, what: string): Promise<Sample> {
    const end = performance.now() + patience;
    for (let seen = 0; performance.now() < end; await delay(5)) {
      for (; seen < this.samples.length; seen++) {
        const sample = this.samples[seen] as Sample;
        if (sample.start >= after && fits(sample)) return sample;
      }
    }
    throw new Error(`${what} did not come within ${patience / 1000} s`);
  }

  async #loop(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#ended) {
      await this.#ask(agent);
      await delay(this.#habit.think);
    }
    agent.destroy();
  }

  async #ask(agent: Agent): Promise<void> {
    this.#count += 1;
    const id = `${this.#port}-${this.#count}`;
    const start = performance.now();
    const leaves = Math.random() < (this.#habit.leave ?? 0);
    const answer = await this.#exchange(agent, id, leaves ? 1 + Math.random() * 4 : undefined);
    if (!leaves) this.samples.push({ start, ms: performance.now() - start, ...answer, ...(this.#habit.post ? { id } : {}) });
  }

  #exchange(agent: Agent, id: string, leaveAfter: number | undefined): Promise<{ result: number | string; body: string }> {
    const { path, post } = this.#habit;
    const headers = post ? { 'X-Lab-Id': id, 'Content-Length': post.length } : {};
    return new Promise((resolve) => {
      const failed = (error: NodeJS.ErrnoException) => resolve({ result: error.code ?? error.message, body: '' });
      const sent = request({ port: this.#port, host: '127.0.0.1', path, agent, method: post ? 'POST' : 'GET', headers });
      sent.setTimeout(patience, () => sent.destroy(new Error('no answer')));
      const leaving = leaveAfter === undefined ? undefined : setTimeout(() => sent.destroy(new Error('left')), leaveAfter);
      sent.on('error', failed);
      sent.on('close', () => clearTimeout(leaving));
      sent.on('response', (response: IncomingMessage) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('error', failed);
        response.on('end', () => resolve({ result: response.statusCode ?? 0, body }));
      });
      sent.end(post);
    });
  }
}
