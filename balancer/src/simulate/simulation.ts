import type { Exchange } from '../brain/exchange/exchange.ts';
import type { Routed } from '../brain/route/routed.ts';
import { seeded } from '../brain/seeded.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { Asked } from './asked.ts';
import { type BalancerParts, SimulatedBalancer } from './balancer.ts';
import type { Carried } from './carried.ts';
import { Clients, type ClientWatcher } from './clients.ts';
import type { SimulatedLane } from './lane.ts';
import { changeMembers, type DeployWatcher } from './members.ts';
import { type Meter, SimulatedOrigin } from './origin.ts';
import type { PoolBegin, SimulatedPool } from './pool.ts';
import type { Happening, PoolPlan, Scenario } from './scenario.ts';
import type { SimulatedThread } from './thread.ts';
import { SimulatedWorld } from './world.ts';

/** Who looks on. */
export interface Watcher extends DeployWatcher, ClientWatcher {
  /** An origin was just picked for an exchange. */
  picked?(exchange: Exchange, lane: SimulatedLane): void;
  /** A thread of a balancer has decided by its routes what becomes of a request. */
  routed?(routed: Routed, asked: Asked, thread: SimulatedThread): void;
  /** Something was about to happen. */
  happens?(event: Happening): void;
  /** A step of the simulation is over. */
  stepped?(): void;
}

/** How long the last requests may take after the last one has come, in simulated ms. */
const aftermath = 700_000;

/** How long messages may be under way when all is over, in ms. */
const lastWords = 50;

/** A scenario that is played: origins, balancers and clients of one simulated world. The same seed plays the same. */
export class Simulation {
  readonly world: SimulatedWorld;
  readonly balancers: SimulatedBalancer[];
  /** Those that were restarted, which finish what runs. */
  readonly #former: SimulatedBalancer[] = [];
  readonly #parts: Omit<BalancerParts, 'pools'>;
  readonly servers: readonly SimulatedOrigin[];
  /** All origins that there are, listed or not. */
  readonly origins: readonly Origin[];
  readonly #scenario: Scenario;
  readonly #watcher: Watcher;
  readonly #clients: Clients;

  /**
   * `urlOf` reads a URL: what has no URL class of its own can give anything that looks like one. `meterOf` makes what measures an origin's
   * load, where that is to be another than a plain one.
   */
  constructor(
    scenario: Scenario,
    seed: number,
    watcher: Watcher = {},
    urlOf: (href: string) => Origin['url'] = (href) => new URL(href),
    meterOf?: (now: () => number) => Meter,
  ) {
    this.#scenario = scenario;
    this.#watcher = watcher;
    this.world = new SimulatedWorld(seeded(seed * 3 + 2));
    this.servers = scenario.origins.map((plan) => new SimulatedOrigin(plan, this.world, meterOf?.(this.world.now)));
    this.origins = scenario.origins.map(({ weight, backup }, number) => {
      const id = `origin-${number + 1}`;
      return { id, url: urlOf(`http://${id}/`), weight, backup };
    });
    const byId = new Map(this.origins.map(({ id }, number) => [id, this.servers[number] as SimulatedOrigin]));
    this.#parts = {
      ...{ world: this.world, threads: scenario.threads, mostOrigins: 2 * this.origins.length + 2, urlOf, routes: scenario.routes },
      serverOf: (id) => byId.get(id) as SimulatedOrigin,
      picked: (exchange, lane) => watcher.picked?.(exchange, lane),
      routed: (routed, asked, thread) => watcher.routed?.(routed, asked, thread),
    };
    this.balancers = Array.from({ length: scenario.balancers }, () => this.#balancer());
    const chances = { arrivals: seeded(seed * 3), asks: seeded(seed * 3 + 1) };
    this.#clients = new Clients(scenario.clients, chances, { world: this.world, balancers: this.balancers, watcher });
  }

  /** All requests that are not over. */
  get running(): readonly Carried[] {
    const lanes = this.#all.flatMap(({ threads }) => threads.flatMap((thread) => thread.lanes));
    return lanes.flatMap(({ running }) => [...running]);
  }

  /** Plays it to its end: until the last request is over, and the last deploy. */
  run(): void {
    this.begin();
    this.finish();
  }

  get #all(): readonly SimulatedBalancer[] {
    return [...this.balancers, ...this.#former];
  }

  /** Puts down what will happen; to be called once, by who plays it step by step. */
  begin(): void {
    for (const event of this.#scenario.events) this.world.after(event.at, () => this.happen(event));
    this.#clients.come(this.#end);
  }

  /** Plays it until a time, in ms; no further than until requests come no more. */
  playUntil(time: number): void {
    this.#play(Math.min(time, this.#end));
  }

  /** Plays what is left of it. */
  finish(): void {
    this.#play(this.#end);
    const latest = this.#end + aftermath;
    do {
      while (this.#isBusy() && this.#step(latest));
      this.#play(this.world.now() + lastWords);
    } while (this.#isBusy() && this.world.now() < latest);
    for (const balancer of this.#all) balancer.stop();
  }

  /** When requests come no more, in ms. */
  get #end(): number {
    return this.#scenario.seconds * 1000;
  }

  /** Has something happen now. */
  happen(event: Happening): void {
    this.#watcher.happens?.(event);
    switch (event.kind) {
      case 'condition':
        this.#server(event.origin).condition = event.condition;
        break;
      case 'slow':
        this.#server(event.origin).slowness = event.times;
        break;
      case 'errors':
        this.#server(event.origin).errors = event.share;
        break;
      case 'dependency':
        for (const server of this.servers) server.errors = event.share;
        break;
      case 'rate':
        this.#clients.rate = event.rate;
        break;
      case 'restart':
        this.#restart(event.balancer % this.balancers.length);
        break;
      case 'burst':
        for (let i = 0; i < event.requests; i += 1) this.#clients.ask();
        break;
      default:
        for (const balancer of this.balancers) this.#steer(balancer, event);
    }
  }

  #balancer(): SimulatedBalancer {
    return new SimulatedBalancer({ ...this.#parts, pools: this.#pools() });
  }

  /** Another one takes the place of a balancer, which finishes what runs. */
  #restart(number: number): void {
    const [former] = this.balancers.splice(number, 1, this.#balancer());
    former?.stop();
    if (former) this.#former.push(former);
  }

  #steer(balancer: SimulatedBalancer, event: Happening): void {
    switch (event.kind) {
      case 'settings':
        balancer.configure(poolIn(balancer, event), { ...poolIn(balancer, event).settings, ...event.changes });
        break;
      case 'routes':
        balancer.follow(event.routes);
        break;
      case 'loseThread':
        if (balancer === this.balancers[event.balancer % this.balancers.length])
          balancer.loseThread(event.thread % balancer.threads.length);
        break;
      case 'pause':
        poolIn(balancer, event).pause.begin(event.ms);
        break;
      case 'resume':
        poolIn(balancer, event).pause.end();
        break;
      default:
        changeMembers(poolIn(balancer, event), event, (number) => this.#origin(number), this.#watcher);
    }
  }

  /** The pools as they begin. */
  #pools(): readonly PoolBegin[] {
    const { pools, settings } = this.#scenario;
    const whole: PoolPlan = { name: 'default', origins: this.origins.map((_, number) => number) };
    return (pools ?? [whole]).map(({ name, origins, settings: own }) => ({
      name,
      origins: origins.map((number) => this.#origin(number)),
      settings: { ...settings, ...own },
    }));
  }

  #origin(number: number): Origin {
    return this.origins[number % this.origins.length] as Origin;
  }

  /** Whether any request is not over, or any deploy. */
  #isBusy(): boolean {
    return this.#all.some(({ threads, pools }) => {
      const isServing = threads.some(({ lanes }) => lanes.some(({ running }) => running.size > 0));
      return isServing || pools.some(({ membership }) => membership.isDeploying);
    });
  }

  #server(number: number): SimulatedOrigin {
    return this.servers[number % this.servers.length] as SimulatedOrigin;
  }

  #play(until: number): void {
    while (this.#step(until));
  }

  #step(until: number): boolean {
    const happened = this.world.step(until);
    if (happened) this.#watcher.stepped?.();
    return happened;
  }

  /** Has the next request come at a random moment, and the one after that, until the end. */
}

/** The pool that an event is about. */
function poolIn({ pools }: SimulatedBalancer, event: Happening): SimulatedPool {
  const { pool = 0 } = 'pool' in event ? event : {};
  return pools[pool % pools.length] as SimulatedPool;
}
