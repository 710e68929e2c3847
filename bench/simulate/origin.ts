import { PeakEwma } from '../../balancer/src/brain/pool/peak-ewma.ts';
import type { Candidate } from '../../balancer/src/brain/select/candidate.ts';
import type { Origin } from '../../balancer/src/brain/select/origin.ts';
import type { Load } from '../../balancer/src/brain/select/policy.ts';
import type { Agenda } from '../../balancer/src/simulate/agenda.ts';
import type { Ability } from '../../balancer/src/simulate/origin.ts';
import { LoadMeter } from '../../origin/src/load.ts';

/** Time as it goes in the simulation, in ms. */
export interface Clock {
  now: number;
}

/** A request at an origin. */
interface Job {
  /** How much work it is, for a mean of 1. */
  readonly work: number;
  /** When it came, in ms. */
  readonly since: number;
  /** Ends its time at the origin. */
  readonly depart: () => void;
  /** It waits for a worker, or has one, or nobody wants its answer any more. */
  state: 'waiting' | 'begun' | 'left';
  readonly end: (answered: boolean) => void;
}

/**
 * An origin whose workers take what comes in the order in which it comes, with the load meter of the real one; and what the
 * balancer knows of it.
 */
export class SimulatedOrigin implements Candidate {
  readonly origin: Origin;
  readonly weight = 1;
  /** Requests that the balancer waits for. */
  inFlight = 0;
  /** Requests that the balancer has sent, in all. */
  taken = 0;
  readonly ability: Ability;
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #seen = new PeakEwma();
  readonly #meter: LoadMeter;
  #line: Job[] = [];
  /** Where in the line the next one is. */
  #next = 0;
  #waiting = 0;
  #working = 0;

  constructor(id: string, ability: Ability, clock: Clock, agenda: Agenda) {
    this.origin = { id, url: new URL(`http://${id}`), weight: 1, backup: false };
    this.ability = ability;
    this.#clock = clock;
    this.#agenda = agenda;
    this.#meter = new LoadMeter(() => clock.now);
  }

  /** What the balancer knows of its latency. */
  get latencyMs(): number {
    return this.#seen.read(this.#clock.now);
  }

  /** What it says of its load when it is asked. */
  get load(): Load {
    return this.#meter.read();
  }

  /** Takes a request from the balancer, which waits `patience` ms at most; `end` is told whether it was answered by then. */
  take(work: number, patience: number, end: (answered: boolean) => void): void {
    const job: Job = { work, since: this.#clock.now, depart: this.#meter.begin(), state: 'waiting', end };
    this.inFlight += 1;
    this.taken += 1;
    this.#line.push(job);
    this.#waiting += 1;
    this.#agenda.add(job.since + patience, () => this.#giveUp(job));
    this.#work();
  }

  /** Gives work to whoever has none. */
  #work(): void {
    while (this.#working < this.ability.workers && this.#waiting > 0) {
      const job = this.#line[this.#next];
      this.#next += 1;
      if (job?.state === 'waiting') this.#start(job);
    }
    if (this.#next > 1000) {
      this.#line = this.#line.slice(this.#next);
      this.#next = 0;
    }
  }

  #start(job: Job): void {
    job.state = 'begun';
    this.#waiting -= 1;
    this.#working += 1;
    this.#agenda.add(this.#clock.now + this.ability.pace * job.work, () => {
      this.#working -= 1;
      job.depart();
      this.#leave(job, true);
      this.#work();
    });
  }

  /** The balancer waits no longer. A worker who has begun goes on, since nobody tells it; who has not finds the client gone. */
  #giveUp(job: Job): void {
    if (job.state === 'waiting') {
      this.#waiting -= 1;
      job.depart();
    }
    this.#leave(job, false);
  }

  #leave(job: Job, answered: boolean): void {
    if (job.state === 'left') return;
    job.state = 'left';
    this.inFlight -= 1;
    this.#seen.observe(this.#clock.now - job.since, this.#clock.now);
    job.end(answered);
  }
}
