import type { Load } from '../brain/select/policy.ts';
import type { World } from '../brain/world.ts';

/** What an origin can do. */
export interface Ability {
  /** Mean time that a worker spends on a request, in ms. */
  readonly pace: number;
  /** Requests that it works on at once. */
  readonly workers: number;
  /** Requests that may wait there for a worker: who comes when so many do is told 503 at once. Without it, all may. */
  readonly queue?: number;
}

/** How an origin is doing: it works; or nothing listens there; or it takes connections and goes on with nothing. */
export type Condition = 'up' | 'crashed' | 'hung';

/** Who has sent a request, and is told what becomes of it, in this order. */
export interface Sender {
  /** No connection came about; nothing follows. */
  refused(): void;
  /** There is a connection, and the request is on it. */
  connected(): void;
  /** The answer has begun. */
  answered(status: number): void;
  /** The answer was whole; nothing follows. */
  ended(): void;
  /** The connection broke; nothing follows. */
  broke(): void;
}

/** What measures the load of an origin, as it says it when it is asked. */
export interface Meter {
  /** Counts a request in; the returned function, to be called once, counts it out. */
  begin(): () => void;
  read(): Load;
}

/** A plain one: how many requests there are, and how long the latest took, each of which counts an eighth. */
class PlainMeter implements Meter {
  readonly #now: () => number;
  #inFlight = 0;
  #latencyMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(): () => void {
    const begun = this.#now();
    this.#inFlight += 1;
    return () => {
      this.#inFlight -= 1;
      this.#latencyMs += (this.#now() - begun - this.#latencyMs) / 8;
    };
  }

  read(): Load {
    return { inFlight: this.#inFlight, latencyMs: this.#latencyMs };
  }
}

/** What a packet takes from one machine to another, in ms. */
const hop = 0.1;

/** A request at an origin. */
interface Job {
  /** How much work it is, for a mean of 1. */
  readonly work: number;
  readonly sender: Sender;
  /** It waits for a worker, or has one, or nobody wants its answer any more. */
  state: 'waiting' | 'begun' | 'over';
  /** Counts it out. */
  depart: () => void;
}

/** A server of the simulated world: its workers take what comes in the order in which it comes. */
export class SimulatedOrigin {
  readonly ability: Ability;
  /** How many times as long it takes for each request. */
  slowness = 1;
  /** The part of its answers that are a 500, from 0 to 1. */
  errors = 0;
  readonly #world: World;
  #condition: Condition = 'up';
  readonly #jobs = new Set<Job>();
  #working = 0;
  /** What came to its end while it hung. */
  #held: (() => void)[] = [];
  readonly #meter: Meter;

  constructor(ability: Ability, world: World, meter: Meter = new PlainMeter(() => world.now())) {
    this.ability = ability;
    this.#world = world;
    this.#meter = meter;
  }

  get condition(): Condition {
    return this.#condition;
  }

  set condition(condition: Condition) {
    this.#condition = condition;
    if (condition === 'crashed') this.#crash();
    if (condition !== 'up') return;
    for (const goOn of this.#held.splice(0)) goOn();
    this.#work();
  }

  /** Requests that are there: it works on them, or they wait for a worker. */
  get inside(): number {
    return this.#jobs.size;
  }

  /** Those that have a worker. */
  get working(): number {
    return this.#working;
  }

  /** What it says of its load when it is asked. */
  get load(): Load {
    return this.#meter.read();
  }

  /** Takes a request, which is so much work; the returned function ends what is left of it. */
  take(work: number, sender: Sender): () => void {
    const job: Job = { work, sender, state: 'waiting', depart: () => {} };
    this.#world.after(hop, () => this.#arrive(job));
    return () => this.#end(job);
  }

  /** Answers a probe with what is wrong, in a few words, or with nothing; a hung one doesn't. */
  probe(told: (problem: string | undefined) => void): () => void {
    return this.#world.after(2 * hop, () => {
      if (this.#condition !== 'hung') told(this.#condition === 'crashed' ? 'ECONNREFUSED' : undefined);
    });
  }

  #arrive(job: Job): void {
    if (job.state === 'over') return;
    if (this.#condition === 'crashed') {
      job.state = 'over';
      job.sender.refused();
      return;
    }
    job.sender.connected();
    if (this.#isFull) {
      this.#turnAway(job);
      return;
    }
    this.#jobs.add(job);
    job.depart = this.#meter.begin();
    this.#work();
  }

  get #isFull(): boolean {
    const { workers, queue = Number.POSITIVE_INFINITY } = this.ability;
    return this.#jobs.size >= workers + queue;
  }

  #turnAway(job: Job): void {
    job.sender.answered(503);
    this.#world.after(hop, () => {
      if (job.state === 'over') return;
      job.state = 'over';
      job.sender.ended();
    });
  }

  /** Gives work to whoever has none. */
  #work(): void {
    if (this.#condition !== 'up') return;
    for (const job of this.#jobs) {
      if (this.#working >= this.ability.workers) return;
      if (job.state === 'waiting') this.#begin(job);
    }
  }

  #begin(job: Job): void {
    job.state = 'begun';
    this.#working += 1;
    const finish = () => {
      if (job.state === 'over') return;
      if (this.#condition === 'hung') this.#held.push(finish);
      else this.#answer(job);
    };
    this.#world.after(this.ability.pace * job.work * this.slowness, finish);
  }

  #answer(job: Job): void {
    job.sender.answered(this.#world.random() < this.errors ? 500 : 200);
    const last = () => {
      if (job.state === 'over') return;
      if (this.#condition === 'hung') {
        this.#held.push(last);
        return;
      }
      this.#end(job);
      job.sender.ended();
    };
    this.#world.after(hop, last);
  }

  #end(job: Job): void {
    if (job.state === 'begun') this.#working -= 1;
    job.state = 'over';
    if (!this.#jobs.delete(job)) return;
    job.depart();
    this.#work();
  }

  #crash(): void {
    const jobs = [...this.#jobs];
    this.#jobs.clear();
    this.#held = [];
    this.#working = 0;
    for (const job of jobs) {
      job.state = 'over';
      job.depart();
    }
    for (const { sender } of jobs) this.#world.after(hop, () => sender.broke());
  }
}
