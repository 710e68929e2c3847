import { seeded } from '../../balancer/src/brain/seeded.ts';
import type { Origin } from '../../balancer/src/brain/select/origin.ts';
import type { Load, PolicyFactory } from '../../balancer/src/brain/select/policy.ts';
import { Agenda } from '../../balancer/src/simulate/agenda.ts';
import type { Ability } from '../../balancer/src/simulate/origin.ts';
import { type Clock, SimulatedOrigin } from './origin.ts';

/** What is simulated. */
export interface Scenario {
  readonly origins: readonly Ability[];
  /** Requests offered, as a part of what all origins can do together: 0.75 for 75 %. */
  readonly load: number;
  /** How long requests come, in s. */
  readonly seconds: number;
  /** Clients, who ask equally often; each is a key to the policies that hash. */
  readonly clients: number;
  /** How long a request may take before it counts as failed, in ms. */
  readonly timeout: number;
  /** Requests that an origin gets at once; it isn't offered to the policy while it has so many. */
  readonly maxConnections: number;
}

/** What came out of one run. */
export interface Run {
  /** Of every request, in ms; one that failed counts with the whole timeout, so that failing can't look fast. */
  readonly latencies: readonly number[];
  readonly failed: number;
  /** Requests that each origin got. */
  readonly taken: readonly number[];
}

/** How long an origin takes to answer a probe, in ms. */
const probeTime = 1;

/** Requests a second that all origins can do together. */
export function capacityOf(origins: readonly Ability[]): number {
  return origins.reduce((sum, { pace, workers }) => sum + (1000 * workers) / pace, 0);
}

/**
 * Simulates one policy: requests come at random (Poisson), each is work of random size (exponential), and the policy, the very
 * code that the balancer runs, chooses an origin for each. The same seed brings the same requests whatever the policy.
 */
export async function simulate(factory: PolicyFactory, scenario: Scenario, seed: number): Promise<Run> {
  const clock: Clock = { now: 0 };
  const agenda = new Agenda();
  const origins = scenario.origins.map((ability, index) => new SimulatedOrigin(`origin-${index + 1}`, ability, clock, agenda));
  const probes = new Probes(origins, clock, agenda);
  const policy = factory({ random: seeded(seed * 4 + 3), now: () => clock.now, probe: probes.ask });
  const [arrivals, sizes, clients] = [seeded(seed * 4), seeded(seed * 4 + 1), seeded(seed * 4 + 2)] as const;
  const latencies: number[] = [];
  let failed = 0;

  const fail = () => {
    latencies.push(scenario.timeout);
    failed += 1;
  };

  const send = () => {
    const { now } = clock;
    const work = -Math.log(1 - sizes());
    const key = `client-${Math.floor(clients() * scenario.clients)}`;
    const offered = offeredOf(origins, scenario.maxConnections);
    if (offered.length === 0) return fail();
    const picked = policy.select(offered, { key }).candidate as SimulatedOrigin;
    policy.afterPick?.();
    picked.take(work, scenario.timeout, (answered) => (answered ? latencies.push(clock.now - now) : fail()));
  };

  const perMs = (capacityOf(scenario.origins) * scenario.load) / 1000;
  const arrive = () => {
    const next = clock.now - Math.log(1 - arrivals()) / perMs;
    if (next > scenario.seconds * 1000) return;
    agenda.add(next, () => {
      arrive();
      send();
    });
  };

  arrive();
  for (let event = agenda.next(); event; event = agenda.next()) {
    clock.now = event.at;
    event.happen();
  }
  return { latencies, failed, taken: origins.map(({ taken }) => taken) };
}

function offeredOf(origins: readonly SimulatedOrigin[], maxConnections: number): readonly SimulatedOrigin[] {
  const hasRoom = ({ inFlight }: SimulatedOrigin) => inFlight < maxConnections;
  return origins.every(hasRoom) ? origins : origins.filter(hasRoom);
}

/** Asks the origins for their load, in the time of the simulation. */
class Probes {
  readonly #origins: ReadonlyMap<string, SimulatedOrigin>;
  readonly #clock: Clock;
  readonly #agenda: Agenda;

  constructor(origins: readonly SimulatedOrigin[], clock: Clock, agenda: Agenda) {
    this.#origins = new Map(origins.map((one) => [one.origin.id, one]));
    this.#clock = clock;
    this.#agenda = agenda;
  }

  readonly ask = ({ id }: Origin, told: (load: Load | undefined) => void): void => {
    const origin = this.#origins.get(id);
    this.#agenda.add(this.#clock.now + probeTime, () => told(origin?.load));
  };
}
