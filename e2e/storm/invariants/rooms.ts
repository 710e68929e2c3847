import type { Carried } from '../../../balancer/src/simulate/carried.ts';
import type { SimulatedLane } from '../../../balancer/src/simulate/lane.ts';
import type { SimulatedPool } from '../../../balancer/src/simulate/pool.ts';
import { must } from './violation.ts';

/** How long it may take until a thread knows what has changed, and acts on it, in ms: messages take up to 3. */
const slowness = 6;

/** What a pool's room is known to be in. */
interface Known {
  /** When its pause is over. */
  pausedUntil: number;
  /** The longest wait that somebody who waits may have begun with, in ms: the least of all that held here. */
  mostWait: number;
  /** Since when requests have waited though nobody runs and nothing holds them back; nothing while that is not so. */
  idleSince: number | undefined;
}

/**
 * Checks who begins, waits, and is turned away: nobody begins in a pool that is paused, and nobody is turned away for that; nobody waits for a
 * pool in which nobody runs and that is not paused, whatever goes on in others; and who is turned away has the reason in its own pool.
 */
export class RoomsCheck {
  readonly #now: () => number;
  readonly #known = new Map<SimulatedPool, Known>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A pause has begun, for so many ms. */
  pauses(pool: SimulatedPool, ms: number): void {
    this.#of(pool).pausedUntil = this.#now() + ms;
  }

  /** A pause was ended. */
  resumes(pool: SimulatedPool): void {
    this.#of(pool).pausedUntil = 0;
  }

  /** A pool is about to get other settings. */
  changes(pool: SimulatedPool): void {
    const known = this.#of(pool);
    known.mostWait = Math.min(known.mostWait, pool.settings.room.mostWait ?? known.mostWait);
  }

  /** A request begins in a pool. */
  begins(pool: SimulatedPool, id: string): void {
    must(!this.#isPaused(pool), `${id} began while ${pool.name} was paused`);
  }

  /** A request of a pool is over. */
  told(pool: SimulatedPool, { exchange }: Carried, { settings }: SimulatedLane): void {
    const { id, notRetried, attempts, startedAt } = exchange;
    const { maxWaiting, mostWait = Number.POSITIVE_INFINITY } = settings.room;
    const { waiting } = pool.ledger;
    if (notRetried === 'too many wait' || notRetried === 'displaced') {
      must(waiting >= maxWaiting, `${id} was turned away since too many wait, and ${waiting} do where ${maxWaiting} may`);
    }
    if (notRetried === 'late' && this.#isPaused(pool)) {
      const waited = this.#now() - startedAt;
      const most = Math.min(mostWait, this.#of(pool).mostWait);
      must(waited >= most - 1e-6, `${id} was turned away by a pause after ${waited} ms, where it may wait for ${most}`);
    }
    if (notRetried === 'no origin can take it' && attempts.length === 0) this.#checkNobody(pool, id, settings.pool.maxConnections);
  }

  /** Something has happened in a pool. */
  stepped(pool: SimulatedPool, inside: number, waiting: number): void {
    if (waiting === 0 && !this.#known.has(pool)) return;
    const known = this.#of(pool);
    const now = this.#now();
    if (waiting === 0 || inside > 0 || known.pausedUntil >= now) {
      known.idleSince = undefined;
      return;
    }
    known.idleSince ??= now;
    must(now - known.idleSince <= slowness, `${waiting} wait in ${pool.name}, where nobody runs`);
  }

  #checkNobody({ roster }: SimulatedPool, id: string, maxConnections: number): void {
    const since = this.#now() - slowness;
    const free = roster.members.find((member) => member.isReady && member.standing.since < since && member.placed < maxConnections);
    must(!free, `${id} found nobody to take it, and ${free?.origin.id} is ready`);
  }

  #isPaused(pool: SimulatedPool): boolean {
    return (this.#known.get(pool)?.pausedUntil ?? 0) > this.#now();
  }

  #of(pool: SimulatedPool): Known {
    const known = this.#known.get(pool) ?? { pausedUntil: 0, mostWait: Number.POSITIVE_INFINITY, idleSince: undefined };
    this.#known.set(pool, known);
    return known;
  }
}
