import type { World } from '../brain/world.ts';
import type { Asked } from './asked.ts';
import type { SimulatedBalancer } from './balancer.ts';
import type { Carried } from './carried.ts';
import { exponential } from './exponential.ts';
import type { ClientPlan } from './scenario.ts';

/** A request that is about to come. */
export interface NewRequest {
  /** The id of its exchange. */
  readonly id: string;
  /** The balancer that it comes to, by its number. */
  readonly balancer: number;
  readonly asked: Asked;
  /** Whether its client asks once more, for what it got no good answer to. */
  readonly isRepeat: boolean;
}

/** Who looks on at clients. */
export interface ClientWatcher {
  /** A client is about to ask. */
  asks?(asking: NewRequest): void;
  /** The client of a request that went to a pool was told a status, or got no whole answer. */
  told?(carried: Carried, status: number | null): void;
}

/** Random numbers: when clients come, and what they ask. Each has its own, so that who asks is the same however often. */
export interface Chances {
  readonly arrivals: () => number;
  readonly asks: () => number;
}

/** What clients have before them. */
export interface Surroundings {
  readonly world: World;
  readonly balancers: readonly SimulatedBalancer[];
  readonly watcher: ClientWatcher;
}

/** The longest wait of a client before it asks again, in ms. */
const slowestRetry = 50;

/** Those who ask: at random moments or evenly, once or again, patiently or not. */
export class Clients {
  /** Requests that come each second. */
  rate: number;
  readonly #plan: ClientPlan;
  readonly #arrivals: () => number;
  readonly #asks: () => number;
  readonly #around: Surroundings;
  /** Where those were answered that keep cookies. */
  readonly #cookies = new Map<string, string>();
  /** Requests that have come. */
  #count = 0;

  constructor(plan: ClientPlan, { arrivals, asks }: Chances, around: Surroundings) {
    this.rate = plan.rate;
    this.#plan = plan;
    this.#arrivals = arrivals;
    this.#asks = asks;
    this.#around = around;
  }

  /** Has the next request come at its moment, and the one after that, until the end. */
  come(end: number): void {
    const { world } = this.#around;
    const pause = ((this.#plan.arrivals === 'even' ? 1 : exponential(this.#arrivals())) * 1000) / this.rate;
    if (world.now() + pause > end) return;
    world.after(pause, () => {
      this.come(end);
      this.ask();
    });
  }

  /** Has a request come now. */
  ask(): void {
    const { posts, retries, hosts, paths } = this.#plan;
    const number = clientOf(this.#asks(), this.#plan);
    const method = this.#asks() < posts ? 'POST' : 'GET';
    const work = workOf(this.#asks(), this.#plan);
    const host = hosts ? this.#oneOf(hosts) : '';
    const target = paths ? this.#oneOf(paths) : '/';
    const headers = { cookie: `uid=${number}` };
    this.#send({ method, host, target, headers, client: `10.0.${number >> 8}.${number & 255}`, key: `client-${number}`, work }, retries);
  }

  #send(asked: Asked, retries: number): void {
    const { world, balancers, watcher } = this.#around;
    const balancer = this.#oneOf(balancers);
    const thread = this.#oneOf(balancer.threads);
    this.#count += 1;
    const id = `request-${this.#count}`;
    watcher.asks?.({ id, balancer: balancers.indexOf(balancer), asked, isRepeat: retries < this.#plan.retries });
    const patience = exponential(this.#asks()) * this.#plan.patience;
    let stopClock = () => {};
    const asking = thread.serve(id, this.#withCookie(asked), (status, carried) => {
      stopClock();
      this.#keepCookie(asked, carried);
      if (carried) watcher.told?.(carried, status);
      const isBad = status === null || status >= 500;
      if (isBad && retries > 0) world.after(this.#asks() * slowestRetry, () => this.#send(asked, retries - 1));
    });
    if (Number.isFinite(patience)) stopClock = world.after(patience, () => asking.leave());
  }

  #withCookie(asked: Asked): Asked {
    const stickTo = this.#cookies.get(asked.key);
    return stickTo === undefined ? asked : { ...asked, stickTo };
  }

  /** Its client is led to the origin of its latest answer from now on. */
  #keepCookie({ key }: Asked, carried: Carried | undefined): void {
    const latest = carried?.exchange.attempts.at(-1);
    if (this.#plan.sticky && latest?.outcome?.kind === 'answered') this.#cookies.set(key, latest.origin.id);
  }

  #oneOf<One>(all: readonly One[]): One {
    return all[Math.floor(this.#asks() * all.length)] as One;
  }
}

/** Which client asks, by a chance from 0 to 1. */
function clientOf(chance: number, { count, hot }: ClientPlan): number {
  if (hot === undefined) return Math.floor(chance * count);
  return chance < hot ? 0 : 1 + Math.floor(((chance - hot) / (1 - hot)) * (count - 1));
}

/** How much work a request is, by a chance from 0 to 1. */
function workOf(chance: number, { work }: ClientPlan): number {
  if (work === undefined) return exponential(chance);
  return work !== 'even' && chance < work.share ? work.times : 1;
}
