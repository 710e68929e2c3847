import type { Events, ExchangeBrief, OriginReport, Second, Status, Tick } from '../api.ts';

/** Exchanges that are kept. */
const mostExchanges = 500;

/** Seconds that are kept: five minutes. */
const mostSeconds = 300;

/** What has changed, so that nothing else need be drawn again. */
export type Change = 'all' | 'status' | 'tick' | 'second';

/** Everything that the page knows, put together from the balancer's events. */
export class Model {
  status: Status | undefined;
  /** The latest of each, the latest first. */
  exchanges: ExchangeBrief[] = [];
  seconds: Second[] = [];
  /** The latest tick's exchanges, and how many it did not show. */
  fresh: { readonly exchanges: readonly ExchangeBrief[]; readonly unseen: number } = { exchanges: [], unseen: 0 };
  readonly #told: ((change: Change) => void)[] = [];

  /** Has somebody told of every change. */
  observe(tell: (change: Change) => void): void {
    this.#told.push(tell);
  }

  /** The report of an origin as of the latest tick; nothing for one that is not there. */
  origin(id: string): OriginReport | undefined {
    return this.status?.origins.find((origin) => origin.id === id);
  }

  /** Takes in an event. */
  take<Name extends keyof Events>(name: Name, data: Events[Name]): void {
    const take = this.#takers[name] as ((data: Events[Name]) => Change) | undefined;
    if (!take) return;
    const change = take(data);
    for (const tell of this.#told) tell(change);
  }

  readonly #takers: { readonly [Name in keyof Events]: (data: Events[Name]) => Change } = {
    snapshot: ({ status, exchanges, seconds }) => {
      this.status = status;
      this.exchanges = [...exchanges];
      this.seconds = [...seconds];
      this.fresh = { exchanges: [], unseen: 0 };
      return 'all';
    },
    status: (status) => {
      this.status = status;
      return 'status';
    },
    tick: (tick) => {
      this.#merge(tick);
      return 'tick';
    },
    second: (second) => {
      this.seconds = [...this.seconds, second].slice(-mostSeconds);
      return 'second';
    },
  };

  #merge({ policy, live, running, waiting, exchanges, unseen }: Tick): void {
    this.fresh = { exchanges, unseen };
    const again = new Set(exchanges.map(({ id }) => id));
    const all = [...exchanges, ...this.exchanges.filter(({ id }) => !again.has(id))];
    this.exchanges = all.sort((one, other) => other.at - one.at).slice(0, mostExchanges);
    if (this.status?.origins.length !== live.length) return;
    const origins = this.status.origins.map((origin, index) => {
      const [inFlight = 0, picks = 0, latencyMs = 0, lastTurn = 0] = live[index] ?? [];
      return { ...origin, inFlight, picks, latencyMs, lastTurn };
    });
    this.status = { ...this.status, policy, running, waiting, origins };
  }
}
