import { Client } from '../traffic/clients.ts';
import { planOf } from '../traffic/plan.ts';

/** What a check's request has come to. */
export interface Answer {
  /** 0 where no whole answer came. */
  readonly status: number;
  /** The place of the origin that gave it, from 0; missing where none says that it did. */
  readonly origin: number | undefined;
  /** When it was made, on the clock of `performance.now()`, and how long it took until its end; in ms. */
  readonly at: number;
  readonly ms: number;
}

/** A request, where it isn't `GET /` of the first client. */
export interface Asking {
  readonly client?: number;
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
}

/** Clients that a check may have. */
export const mostClients = 32;

/** How far into an answer it is looked for who gave it, in characters. */
const lookedAt = 1024;

/** Sends a check's requests through the public port, as clients do, and takes in who answered. */
export class Asker {
  readonly #clients: readonly Client[];
  /** The places of origins by their ports: that is how they call themselves in answers. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #signal: AbortSignal;

  /** `ports` are those of the origins, place by place. Once the signal is aborted, what is under way is cut and nothing is asked any more. */
  constructor(target: string, ports: readonly string[], signal: AbortSignal) {
    this.#clients = Array.from({ length: mostClients }, (_, number) => new Client(target, number));
    this.#places = new Map(ports.map((port, place) => [port, place]));
    this.#signal = signal;
    signal.addEventListener('abort', () => this.end(), { once: true });
  }

  /** Makes one request. `begun` is told as soon as the answer has begun to come. Rejects only where the check was called off. */
  async ask({ client = 0, method = 'GET', path = '/' }: Asking = {}, begun?: (origin: number | undefined) => void): Promise<Answer> {
    this.#signal.throwIfAborted();
    const at = performance.now();
    let text = '';
    const read = (piece: string) => {
      if (text === '') begun?.(this.#placeIn(piece));
      if (text.length < lookedAt) text += piece;
    };
    const chosen = this.#clients[client % mostClients] as Client;
    const status = await chosen.ask({ method, path, ...(method === 'POST' ? { body: 'x' } : {}) }, read).catch(() => 0);
    this.#signal.throwIfAborted();
    return { status, origin: this.#placeIn(text), at, ms: performance.now() - at };
  }

  /** Makes so many, each after the answer to the one before. */
  async inTurn(count: number, asking: Asking = {}): Promise<Answer[]> {
    return this.together(count, 1, () => asking);
  }

  /** Makes so many, of which that many are under way at any time; `askingOf` says what the one of that number is. */
  async together(count: number, atOnce: number, askingOf: (number: number) => Asking = () => ({})): Promise<Answer[]> {
    const answers: Answer[] = [];
    let made = 0;
    const work = async () => {
      while (made < count) {
        made += 1;
        answers.push(await this.ask(askingOf(made - 1)));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
    return answers;
  }

  /** Makes so many at that rate a second, whether or not others were answered, as people do who know nothing of each other. */
  async spread(count: number, rate: number): Promise<Answer[]> {
    const begun = performance.now();
    const under: Promise<Answer>[] = [];
    for (const { at } of planOf({ rate, seconds: 60, clients: 1, mix: { small: 1, upload: 0, download: 0 }, seed: 18 }).take(count)) {
      await this.rest(at - (performance.now() - begun));
      under.push(this.ask());
      // It is waited for below; that it was called off before is no news by then.
      under.at(-1)?.catch(() => {});
    }
    return Promise.all(under);
  }

  /** Lets so many ms pass. Rejects once the check is called off. */
  async rest(ms: number): Promise<void> {
    this.#signal.throwIfAborted();
    if (ms <= 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = () => reject(this.#signal.reason);
    const timer = setTimeout(resolve, ms);
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', stop);
    }
  }

  /** Closes all connections. */
  end(): void {
    for (const client of this.#clients) client.destroy();
  }

  #placeIn(text: string): number | undefined {
    return this.#places.get(/:(\d{1,5})\b/.exec(text)?.[1] ?? '');
  }
}

/** How many of the answers came from the origin at that place. */
export function from(place: number, answers: readonly Answer[]): number {
  return answers.filter(({ origin }) => origin === place).length;
}

/** The share of the answers, from 0 to 1, that came from the origin at that place. */
export function shareOf(place: number, answers: readonly Answer[]): number {
  return from(place, answers) / answers.length;
}

/** How many answers came from each of so many origins. */
export function counts(answers: readonly Answer[], origins = 4): number[] {
  return Array.from({ length: origins }, (_, place) => from(place, answers));
}

/** How many came from the one origin that gave most of them. */
export function mostOf(answers: readonly Answer[]): number {
  return Math.max(...counts(answers));
}

/** How many were answered by a 200. */
export function answered(answers: readonly Answer[]): number {
  return answers.filter(({ status }) => status === 200).length;
}
