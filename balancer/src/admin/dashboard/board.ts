import type { Events, ExchangeBrief, OriginReport, PoolReport, Second, Status, Tick } from '../api.ts';
import { calledIn } from './pools/pool-words.ts';
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
  /** The origins of all pools. */
  all: readonly LiveOrigin[] = [];
  /** Those of the pool that the page is about. */
  origins: readonly LiveOrigin[] = [];
  pools: readonly PoolReport[] = [];
  /** Requests that queue inside an origin of that pool, by its own word; nothing where it doesn't say. */
  queued: ReadonlyMap<string, number> = new Map();
  /** The ids of those origins of that pool that let themselves be broken, as far as is known. */
  breakable: ReadonlySet<string> = new Set();
  /** The name of the pool that somebody chose. */
  #chosen = '';
  readonly #shares = new Map<string, Shares>();
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

  /** Makes the page be about the pool of that name as soon as there is one, and until then about the first. */
  choose(name: string): void {
    this.#chosen = name;
    this.queued = new Map();
    this.breakable = new Set();
    this.#pickOrigins();
  }

  /** The pool that the page is about; nothing before the first news. */
  get pool(): PoolReport | undefined {
    return this.pools.find(({ name }) => name === this.#chosen) ?? this.pools[0];
  }

  get isOneOfSeveral(): boolean {
    return this.pools.length > 1;
  }

  /** Whether traffic can be made from here, and origins be broken. */
  get isDemo(): boolean {
    return this.status?.isDemo === true && !this.isReadonly;
  }

  /** Whether nothing can be changed from here. */
  get isReadonly(): boolean {
    return this.status?.isReadonly === true;
  }

  /** The pool's policy. */
  get policy(): string {
    return this.pool?.policy ?? '';
  }

  /** The part of the API that is about the pool. */
  get side(): string {
    return this.pool && this.isOneOfSeveral ? `/api/pools/${this.pool.name}` : '/api';
  }

  /** The shares of the pool's origins. */
  get shares(): Shares {
    return this.#sharesIn(this.pool?.name ?? '');
  }

  /** What the seconds call an origin of the pool. */
  calls(id: string): string {
    return calledIn(this.pool?.name ?? 'default', id);
  }

  /** The latest exchanges, latest first. */
  exchanges(): readonly ExchangeBrief[] {
    return [...this.#exchanges.values()].reverse();
  }

  /** The latest exchange in the pool that has been picked for, if there is one. */
  latest(): ExchangeBrief | undefined {
    return this.exchanges().find((exchange) => exchange.attempts.length > 0 && this.isHere(exchange));
  }

  /** Whether an exchange is one of the pool; the only pool's are all, whether or not a route led there. */
  isHere({ pool }: Pick<ExchangeBrief, 'pool'>): boolean {
    return !this.isOneOfSeveral || pool === this.pool?.name;
  }

  /** Whether an exchange is known already. */
  knows(id: string): boolean {
    return this.#exchanges.has(id);
  }

  /** The last minutes, oldest first. */
  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  /** Requests in the last whole second, over all origins of the pool. */
  get perSecond(): number {
    const { attempts = {} } = this.#seconds.at(-1) ?? {};
    return this.origins.reduce((sum, { id }) => sum + (attempts[this.calls(id)] ?? 0), 0);
  }

  #begin({ status, exchanges, seconds }: Events['snapshot']): void {
    this.#exchanges.clear();
    this.#seconds = seconds.slice(-mostSeconds);
    this.#shares.clear();
    this.#setStatus(status);
    this.#add(exchanges.toSorted((a, b) => a.at - b.at));
  }

  #setStatus(status: Status): void {
    this.status = status;
    this.pools = status.pools;
    this.all = status.origins;
    this.#pickOrigins();
    for (const { name } of status.pools) {
      const picks = status.origins.filter(({ pool }) => pool === name).map((origin) => [origin.id, origin.picks] as const);
      this.#sharesIn(name).note(Math.round(status.upMs), new Map(picks));
    }
  }

  #tick({ policy, pools, live, exchanges }: Tick): void {
    if (pools.length === this.pools.length) this.pools = this.pools.map((pool, place) => withCounts(pool, policy, pools[place]));
    if (live.length === this.all.length) this.all = this.all.map((origin, place) => withLive(origin, live[place]));
    this.#pickOrigins();
    this.#add(exchanges);
  }

  #pickOrigins(): void {
    this.origins = this.isOneOfSeveral ? this.all.filter(({ pool }) => pool === this.pool?.name) : this.all;
  }

  #sharesIn(pool: string): Shares {
    const shares = this.#shares.get(pool) ?? new Shares();
    this.#shares.set(pool, shares);
    return shares;
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

/** Ticks tell the policy of the only pool; where there are several, a status comes with it. */
function withCounts(pool: PoolReport, policy: string, counts: Tick['pools'][number] | undefined): PoolReport {
  if (!counts) return pool;
  const [running, waiting] = counts;
  return { ...pool, policy: policy || pool.policy, running, waiting };
}

function withLive(origin: LiveOrigin, figures: Tick['live'][number] | undefined): LiveOrigin {
  if (!figures) return origin;
  const [inFlight, picks, latencyMs, lastTurn] = figures;
  return { ...origin, inFlight, picks, latencyMs, lastTurn };
}
