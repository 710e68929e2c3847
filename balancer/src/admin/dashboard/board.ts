import type { Events, ExchangeBrief, OriginReport, Second, Status, Tick } from '../api.ts';
import { Shares } from './shares.ts';
import type { AnyEvent } from './wire/stream.ts';

/** Exchanges and seconds that are kept: what the list and the charts show. */
const mostExchanges = 500;
const mostSeconds = 300;

/** What changes at an origin with every request. */
export interface Live {
  readonly inFlight: number;
  readonly picks: number;
  readonly latencyMs: number;
  readonly lastTurn: number;
}

/** An origin's report with its latest figures. */
export type LiveOrigin = OriginReport & Live;

/**
 * Everything the page knows, as the events told it. Views read it when they are drawn, however many events came between; it
 * has no idea of the page.
 */
export class Board {
  status: Status | undefined;
  origins: readonly LiveOrigin[] = [];
  policy = '';
  running = 0;
  waiting = 0;
  readonly shares = new Shares();
  /** Requests that queue inside an origin, by its own word; nothing where it doesn't say. */
  queued: ReadonlyMap<string, number> = new Map();
  #exchanges = new Map<string, ExchangeBrief>();
  #seconds: Second[] = [];

  /** Takes an event in. */
  apply(event: AnyEvent): void {
    switch (event.name) {
      case 'snapshot':
        this.#begin(event.data);
        break;
      case 'status':
        this.#setStatus(event.data);
        break;
      case 'tick':
        this.#tick(event.data);
        break;
      case 'second':
        this.#seconds = [...this.#seconds, event.data].slice(-mostSeconds);
    }
  }

  /** The latest exchanges, latest first. */
  exchanges(): readonly ExchangeBrief[] {
    return [...this.#exchanges.values()].reverse();
  }

  /** The latest exchange that has been picked for, if there is one. */
  latest(): ExchangeBrief | undefined {
    return this.exchanges().find(({ attempts }) => attempts.length > 0);
  }

  /** Whether an exchange is known already. */
  knows(id: string): boolean {
    return this.#exchanges.has(id);
  }

  /** The last minutes, oldest first. */
  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  /** Requests in the last whole second, over all origins. */
  get perSecond(): number {
    return Object.values(this.#seconds.at(-1)?.attempts ?? {}).reduce((all, n) => all + n, 0);
  }

  #begin({ status, exchanges, seconds }: Events['snapshot']): void {
    this.#exchanges.clear();
    this.#seconds = seconds.slice(-mostSeconds);
    this.shares.clear();
    this.#setStatus(status);
    this.#add(exchanges.toSorted((a, b) => a.at - b.at));
  }

  #setStatus(status: Status): void {
    this.status = status;
    this.policy = status.policy;
    this.running = status.running;
    this.waiting = status.waiting;
    this.origins = status.origins;
    this.shares.note(Math.round(status.upMs), new Map(status.origins.map(({ id, picks }) => [id, picks])));
  }

  #tick({ policy, running, waiting, live, exchanges }: Tick): void {
    this.policy = policy;
    this.running = running;
    this.waiting = waiting;
    if (live.length === this.origins.length) this.origins = this.origins.map((origin, place) => withLive(origin, live[place]));
    this.#add(exchanges);
  }

  /** Adds exchanges, the latest last; one that is known keeps its place. */
  #add(exchanges: readonly ExchangeBrief[]): void {
    for (const exchange of exchanges) this.#exchanges.set(exchange.id, exchange);
    for (const id of this.#exchanges.keys()) {
      if (this.#exchanges.size <= mostExchanges) return;
      this.#exchanges.delete(id);
    }
  }
}

function withLive(origin: LiveOrigin, figures: Tick['live'][number] | undefined): LiveOrigin {
  if (!figures) return origin;
  const [inFlight, picks, latencyMs, lastTurn] = figures;
  return { ...origin, inFlight, picks, latencyMs, lastTurn };
}
