import type { Exchange } from '../../../balancer/src/brain/exchange/exchange.ts';
import { attemptBriefOf } from '../../../balancer/src/brain/story/brief.ts';
import { Gauge } from '../../../balancer/src/simulate/measure.ts';
import type { SimulatedOrigin } from '../../../balancer/src/simulate/origin.ts';
import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { Simulation } from '../../../balancer/src/simulate/simulation.ts';
import type { Flight, Frame, Leg, OriginLook } from './frame.ts';
import { urlOf } from './url-of.ts';

/** A request that is not over, or about which there is news. */
interface Tracked {
  readonly flight: { number: number; client: number; at: number; balancer: number };
  exchange: Exchange | undefined;
}

/** A world that is played step by step, and tells after each step what has happened in it. */
export class Session {
  readonly #gauge: Gauge;
  readonly #simulation: Simulation;
  readonly #scenario: Scenario;
  readonly #running = new Map<string, Tracked>();
  readonly #news = new Set<Tracked>();
  readonly #numbers: ReadonlyMap<string, number>;
  #isOver = false;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    const gauge = new Gauge(scenario);
    this.#gauge = gauge;
    this.#simulation = new Simulation(
      scenario,
      seed,
      {
        asks: (request) => {
          gauge.watcher.asks(request);
          const client = Number(request.asked.key.slice('client-'.length));
          const number = Number(request.id.slice('request-'.length));
          this.#track(request.id, { flight: { number, client, at: this.#now, balancer: request.balancer }, exchange: undefined });
        },
        picked: (exchange) => {
          gauge.watcher.picked(exchange);
          this.#changed(exchange);
        },
        told: (carried, status) => {
          gauge.watcher.told(carried, status);
          this.#changed(carried.exchange);
          this.#running.delete(carried.exchange.id);
        },
      },
      urlOf,
    );
    gauge.follow(this.#simulation);
    this.#numbers = new Map(this.#simulation.origins.map(({ id }, number) => [id, number]));
    this.#simulation.begin();
  }

  /** Plays it until a time, in ms of the world. */
  advance(to: number): Frame {
    const end = this.#scenario.seconds * 1000;
    this.#simulation.playUntil(to);
    if (to >= end && !this.#isOver) {
      this.#simulation.finish();
      this.#isOver = true;
    }
    const flights = [...this.#news].map((tracked) => this.#flightOf(tracked)).sort((a, b) => a.number - b.number);
    this.#news.clear();
    const waiting = this.#simulation.running.filter(({ stage }) => stage === 'waiting').length;
    return { now: to, flights, origins: this.#looks(), waiting, total: this.#gauge.outcome(), isOver: this.#isOver };
  }

  /** Has something happen now. */
  happen(happening: Happening): void {
    this.#simulation.happen(happening);
  }

  get #now(): number {
    return this.#simulation.world.now();
  }

  #track(id: string, tracked: Tracked): void {
    this.#running.set(id, tracked);
    this.#news.add(tracked);
  }

  #changed(exchange: Exchange): void {
    const tracked = this.#running.get(exchange.id);
    if (!tracked) return;
    tracked.exchange = exchange;
    this.#news.add(tracked);
  }

  #flightOf({ flight, exchange }: Tracked): Flight {
    const legs = exchange?.attempts.map((attempt): Leg => {
      const leg: Leg = { origin: this.#numbers.get(attempt.origin.id) ?? 0, pickedAt: attempt.startedAt };
      if (attempt.endedAt !== undefined) Object.assign(leg, { endedAt: attempt.endedAt, isFailure: attemptBriefOf(attempt).isFailure });
      return leg;
    });
    return { ...flight, legs: legs ?? [], ...(exchange?.ended ? { endedAt: exchange.ended.at, status: exchange.ended.status } : {}) };
  }

  #looks(): OriginLook[] {
    const roster = this.#simulation.balancers[0]?.pools[0]?.roster;
    const members = new Map([...(roster?.leaving ?? []), ...(roster?.members ?? [])].map((member) => [member.origin.id, member]));
    const { taken } = this.#gauge;
    return this.#scenario.origins.map(({ weight }, number) => {
      const id = `origin-${number + 1}`;
      const server = this.#simulation.servers[number] as SimulatedOrigin;
      const member = members.get(id);
      const { condition, slowness, errors, working, inside, ability } = server;
      return {
        ...{ id, condition, slowness, errors, working, workers: ability.workers, queued: inside - working },
        ...{ standing: member?.state ?? 'removed', weight: member?.origin.weight ?? weight, taken: taken[number] ?? 0 },
      };
    });
  }
}
