import type { Exchange } from '../brain/exchange/exchange.ts';
import type { Carried } from './carried.ts';
import type { NewRequest } from './clients.ts';
import type { Outcome, Part } from './outcome.ts';
import { quantileOf } from './quantile.ts';
import type { Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';

/** Equal parts of a scenario for which figures are kept. */
const mostParts = 120;

/** Plays a scenario to its end; the same seed comes to the same figures. */
export function measure(scenario: Scenario, seed: number): Outcome {
  const gauge = new Gauge(scenario);
  const simulation = new Simulation(scenario, seed, gauge.watcher);
  gauge.follow(simulation);
  simulation.run();
  return gauge.outcome();
}

/** What happened in one part of the time. */
class PartGauge {
  readonly latencies: number[] = [];
  failed = 0;
  readonly taken: number[];
  /** Requests at each origin when one last came or went in this time; nothing where none did. */
  inside: number[] | undefined;

  constructor(origins: number) {
    this.taken = new Array(origins).fill(0);
  }
}

/** Measures a simulation while it is played. */
export class Gauge {
  readonly watcher = {
    picked: (exchange: Exchange) => this.#picked(exchange),
    told: (carried: Carried, status: number | null) => this.#told(carried, status),
    asks: ({ isRepeat }: NewRequest) => this.#asks(isRepeat),
  };
  readonly #partMs: number;
  readonly #parts: PartGauge[];
  readonly #numbers = new Map<string, number>();
  #latencies = new Float64Array(1024);
  #answered = 0;
  #sum = 0;
  #failed = 0;
  #requests = 0;
  #meant = 0;
  #attempts = 0;
  /** Attempts that each origin has got, by its number. */
  readonly taken: number[];
  readonly #failedAt: number[];
  readonly #busiest: number[];
  #simulation: Simulation | undefined;
  #sorted: { readonly of: number; readonly latencies: Float64Array } = { of: 0, latencies: new Float64Array(0) };

  constructor({ origins, seconds }: Scenario) {
    const parts = Math.max(1, Math.min(mostParts, Math.ceil(seconds * 4)));
    this.#partMs = (seconds * 1000) / parts;
    this.#parts = Array.from({ length: parts }, () => new PartGauge(origins.length));
    this.taken = new Array(origins.length).fill(0);
    this.#failedAt = new Array(origins.length).fill(0);
    this.#busiest = new Array(origins.length).fill(0);
    for (const [number] of origins.entries()) this.#numbers.set(`origin-${number + 1}`, number);
  }

  /** Has it read the time and the origins off a simulation: to be called before that is played. */
  follow(simulation: Simulation): void {
    this.#simulation = simulation;
  }

  /** What it has come to until now. */
  outcome(): Outcome {
    const latencies = this.#inOrder();
    const requests = this.#requests;
    return {
      ...{ requests, answered: this.#answered, failed: this.#failed },
      ...{
        p50: quantileOf(latencies, 0.5),
        p90: quantileOf(latencies, 0.9),
        p99: quantileOf(latencies, 0.99),
        p999: quantileOf(latencies, 0.999),
      },
      mean: this.#answered === 0 ? Number.NaN : this.#sum / this.#answered,
      most: latencies.at(-1) ?? Number.NaN,
      ...{ taken: [...this.taken], failedAt: [...this.#failedAt], busiest: [...this.#busiest] },
      attemptsPerRequest: requests === 0 ? Number.NaN : this.#attempts / requests,
      amplification: this.#meant === 0 ? Number.NaN : this.#attempts / this.#meant,
      parts: this.#partsUntilNow(),
    };
  }

  #asks(isRepeat: boolean): void {
    this.#requests += 1;
    if (!isRepeat) this.#meant += 1;
  }

  #picked({ attempts }: Exchange): void {
    const latest = attempts.at(-1);
    const number = latest && this.#numbers.get(latest.origin.id);
    if (number === undefined) return;
    this.#attempts += 1;
    this.#count(this.taken, number);
    const part = this.#part();
    this.#count(part.taken, number);
    this.#lookInside(part);
  }

  /** Sees how many are at each origin, of which there may be a thousand: a plain loop, since it is done for every request. */
  #lookInside(part: PartGauge): void {
    const { servers = [], world } = this.#simulation ?? {};
    // What is left when requests come no more is worked off, which is no part of the time that is shown.
    if (world && world.now() > this.#partMs * this.#parts.length) return;
    part.inside ??= [];
    for (let origin = 0; origin < servers.length; origin += 1) {
      const inside = servers[origin]?.inside ?? 0;
      part.inside[origin] = inside;
      if (inside > (this.#busiest[origin] ?? 0)) this.#busiest[origin] = inside;
    }
  }

  #told({ exchange: { startedAt, ended, attempts } }: Carried, status: number | null): void {
    for (const { origin, outcome } of attempts) if (isFailure(outcome)) this.#count(this.#failedAt, this.#numbers.get(origin.id) ?? 0);
    const part = this.#part();
    this.#lookInside(part);
    if (status === null || status >= 500 || !ended) {
      this.#failed += 1;
      part.failed += 1;
      return;
    }
    this.#keep(ended.at - startedAt);
    part.latencies.push(ended.at - startedAt);
  }

  #keep(latency: number): void {
    if (this.#answered === this.#latencies.length) {
      const longer = new Float64Array(2 * this.#latencies.length);
      longer.set(this.#latencies);
      this.#latencies = longer;
    }
    this.#latencies[this.#answered] = latency;
    this.#answered += 1;
    this.#sum += latency;
  }

  /** Sorted once for as many as there are. */
  #inOrder(): Float64Array {
    if (this.#sorted.of !== this.#answered)
      this.#sorted = { of: this.#answered, latencies: this.#latencies.slice(0, this.#answered).sort() };
    return this.#sorted.latencies;
  }

  #part(): PartGauge {
    const now = this.#simulation?.world.now() ?? 0;
    return this.#parts[Math.min(this.#parts.length - 1, Math.floor(now / this.#partMs))] as PartGauge;
  }

  /** Where nothing happened in a part, as many are inside as in the one before. */
  #partsUntilNow(): Part[] {
    let inside: readonly number[] = this.taken.map(() => 0);
    return this.#parts.map((part, place) => {
      inside = part.inside ?? inside;
      return this.#partOf(part, place, inside);
    });
  }

  #partOf({ latencies, failed, taken }: PartGauge, place: number, inside: readonly number[]): Part {
    const sorted = Float64Array.from(latencies).sort();
    const isEmpty = latencies.length === 0;
    const figures = { p50: isEmpty ? null : quantileOf(sorted, 0.5), p99: isEmpty ? null : quantileOf(sorted, 0.99) };
    return { at: place * this.#partMs, answered: latencies.length, failed, ...figures, taken: [...taken], inside: [...inside] };
  }

  #count(counts: number[], number: number): void {
    counts[number] = (counts[number] ?? 0) + 1;
  }
}

function isFailure(outcome: Exchange['attempts'][number]['outcome']): boolean {
  return outcome?.kind === 'failed' || outcome?.kind === 'overdue' || (outcome?.kind === 'answered' && outcome.status >= 500);
}
