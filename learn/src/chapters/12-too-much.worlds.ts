import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withClients, withSettings } from './scenes.ts';

/** Places at each server, and in the waiting room before them; and how long one may wait there, in ms. */
export interface Door {
  readonly places: number;
  readonly waiting: number;
  readonly wait: number;
}

/** The same world with a door: who finds no place is told 503 at once. */
export function withDoor(scenario: Scenario, { places, waiting, wait }: Door): Scenario {
  const room = { ...scenario.settings.room, maxWaiting: waiting, maxWait: wait };
  return withSettings(scenario, { pool: { maxConnections: places, slowStart: 0 }, room });
}

/** Whether a world has one. */
export const hasDoor = ({ settings }: Scenario): boolean => settings.pool.maxConnections < 100;

/** Visitors wait for so long at the most, in ms. */
const impatient = (scenario: Scenario, ms: number): Scenario =>
  withSettings(withClients(scenario, { work: 'even' }), { patience: { connect: ms, response: ms }, totalTimeout: ms });

/** Two servers that can do five requests a second together; eight come. */
export const flooded = impatient(scene(alike(2, 400, 1), 8, 600), 4000);
export const guarded = withDoor(flooded, { places: 2, waiting: 2, wait: 1000 });

/** What two servers with four workers each can do, in requests a second. */
const capacity = 80;

/** How long they are asked. */
const seconds = 15;

/** So much is asked of them, in percent of what they can do. */
export const demands = [50, 75, 90, 100, 110, 125, 150, 200] as const;

const demanded = (percent: number): Scenario => impatient(scene(alike(2, 100, 4), (capacity * percent) / 100, seconds), 1000);

/** The same with a door. */
export const doored = (percent: number): Scenario => withDoor(demanded(percent), { places: 6, waiting: 10, wait: 500 });

/** A world for each demand, by its name in the table. */
export const nameOf = (percent: number): string => `${percent} % asked`;
export const open: Readonly<Record<string, Scenario>> = Object.fromEntries(demands.map((percent) => [nameOf(percent), demanded(percent)]));

/** Answers that came in time, in percent of what the servers can do; the last ones come when nobody asks any more, which gains nothing. */
export const goodput = (answered: number): number => Math.min(100, (100 * answered) / (seconds * capacity));
