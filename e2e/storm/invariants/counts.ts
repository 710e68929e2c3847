import type { Member } from '../../../balancer/src/brain/pool/member.ts';
import type { Carried } from '../../../balancer/src/simulate/carried.ts';
import type { SimulatedLane } from '../../../balancer/src/simulate/lane.ts';
import type { SimulatedPool } from '../../../balancer/src/simulate/pool.ts';
import { must } from './violation.ts';

/** How many have a place, and how many wait for one. */
export interface Census {
  readonly inside: number;
  readonly waiting: number;
}

/** The longest that a message takes from one thread to another, in ms. */
const slowest = 3;

/** Requests that hold an origin; kept, since it is asked for after every step. */
const held = new Map<string, number>();

/** What is counted in flight in a pool is what is held in its lanes; who runs and who waits is counted; and no more wait than may. */
export function checkCounts(pool: SimulatedPool, lanes: readonly SimulatedLane[]): Census {
  held.clear();
  const census = { inside: 0, waiting: 0 };
  for (const { running } of lanes) for (const carried of running) count(carried, census);
  checkLeases(pool);
  checkRoom(pool, census);
  return census;
}

function count({ stage, isLeased, exchange }: Carried, census: { inside: number; waiting: number }): void {
  if (stage === 'inside') census.inside += 1;
  if (stage === 'waiting') census.waiting += 1;
  if (isLeased) hold(exchange.attempts.at(-1)?.origin.id);
}

function hold(id: string | undefined): void {
  if (id !== undefined) held.set(id, (held.get(id) ?? 0) + 1);
}

function checkLeases({ roster }: SimulatedPool): void {
  for (const member of roster.members) checkHeld(member);
  for (const member of roster.leaving) if (!roster.memberAt(member.origin)) checkHeld(member);
}

/** Nothing runs at an origin that drains once its time for that is over, and every thread knows. */
export function checkDrains({ roster, settings }: SimulatedPool, now: number): void {
  const { drainTimeout = Number.POSITIVE_INFINITY } = settings;
  const isOverdue = (member: Member) =>
    member.state === 'draining' && member.inFlight > 0 && now > member.standing.since + drainTimeout + slowest;
  const overdue = [...roster.members, ...roster.leaving].find(isOverdue);
  must(!overdue, `${overdue?.origin.id} has ${overdue?.inFlight} in flight after ${drainTimeout} ms of draining`);
}

function checkHeld({ origin: { id }, inFlight }: Member): void {
  const count = held.get(id) ?? 0;
  must(inFlight === count, `${id} counts ${inFlight} in flight, and ${count} are`);
}

function checkRoom({ ledger, settings }: SimulatedPool, { inside, waiting }: Census): void {
  must(ledger.enter(0) === inside, `${ledger.enter(0)} requests count as running, and ${inside} are`);
  must(ledger.waiting === waiting, `${ledger.waiting} requests count as waiting, and ${waiting} are`);
  must(waiting <= Math.max(settings.room.maxWaiting, 100), `${waiting} requests wait, where ${settings.room.maxWaiting} may`);
}

/** What is left of a pool once all is over: nothing. */
export function checkRest({ ledger, roster, pause }: SimulatedPool): void {
  must(ledger.enter(0) === 0, `${ledger.enter(0)} requests count as running for ever`);
  must(ledger.waiting === 0, `${ledger.waiting} requests count as waiting for ever`);
  must(ledger.queue(0) === 0, `${ledger.queue(0)} clients count as waiting for ever`);
  must(pause.left === 0 || ledger.pausedUntil > 0, 'a pause goes on for ever');
  for (const { origin, state, inFlight } of roster.members) {
    must(state !== 'draining' || inFlight > 0, `${origin.id} drains for ever, though nothing runs there`);
  }
  const [left] = [...roster.leaving];
  must(!left, `${left?.origin.id} left the list and never goes, ${left?.state} with ${left?.inFlight} in flight`);
}
