import type { DeployEnding } from '../../../balancer/src/brain/pool/deploy.ts';
import type { Origin } from '../../../balancer/src/brain/select/origin.ts';
import type { SimulatedPool } from '../../../balancer/src/simulate/pool.ts';
import { must } from './violation.ts';

/** A deploy as it is watched. */
interface Watched {
  readonly wanted: readonly Origin[];
  readonly before: readonly Origin[];
  /** Those that are not among the ones of before. */
  readonly beside: readonly Origin[];
  readonly begunAt: number;
  hasTakenOver: boolean;
  /** Whether the configuration has brought another list since. */
  isOverridden: boolean;
}

/**
 * Checks deploys: one that fails leaves exactly the list of before, and one that succeeds exactly the new list; until all new origins are well,
 * all of before stay listed and none of the new ones gets a request.
 */
export class DeploysCheck {
  readonly #now: () => number;
  readonly #watched = new Map<SimulatedPool, Watched>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Watches the lists of a pool; to be called before the first step. */
  watch(pool: SimulatedPool): void {
    pool.roster.observe({ replaced: (origins) => this.#listed(pool, origins) });
  }

  /** A deploy has begun, in the place of those. */
  begun(pool: SimulatedPool, wanted: readonly Origin[], before: readonly Origin[]): void {
    const beside = wanted.filter(({ id }) => before.every((origin) => origin.id !== id));
    this.#watched.set(pool, { wanted, before, beside, begunAt: this.#now(), hasTakenOver: false, isOverridden: false });
  }

  /** The configuration is about to bring another list. */
  reloads(pool: SimulatedPool): void {
    const watched = this.#watched.get(pool);
    if (watched) watched.isOverridden = true;
  }

  /** An origin has got a request. */
  picked(pool: SimulatedPool, { id }: Origin): void {
    const watched = this.#watched.get(pool);
    if (!watched || watched.hasTakenOver || watched.isOverridden || !watched.beside.some((origin) => origin.id === id)) return;
    // In the moment in which they take over, one after the other may take requests.
    const unwell = watched.wanted.find((origin) => !isWell(pool, origin, watched));
    must(!unwell, `${id} got a request before ${unwell?.id}, which is deployed with it, was well`);
  }

  /** The deploy has ended. */
  ended(pool: SimulatedPool, ending: DeployEnding): void {
    const watched = this.#watched.get(pool);
    must(watched !== undefined, 'a deploy ended that had not begun');
    this.#watched.delete(pool);
    const { hasTakenOver, isOverridden, wanted, before } = watched;
    const isSame = inWords(wanted) === inWords(before);
    must(isSame || ending.isDone === hasTakenOver, `a deploy ${ending.isDone ? 'is done and has not' : 'failed and has'} taken over`);
    if (isOverridden) return;
    const list = inWords(pool.roster.members.map(({ origin }) => origin));
    must(list === inWords(ending.isDone ? wanted : before), `a deploy ${ending.isDone ? 'is done' : 'failed'}, and the list is ${list}`);
    if (!ending.isDone) return;
    const other = wanted.find(({ id }) => pool.membership.sourceOf(id) !== 'deploy');
    must(!other, `${other?.id} was deployed, and comes from ${other && pool.membership.sourceOf(other.id)}`);
  }

  #listed(pool: SimulatedPool, origins: readonly Origin[]): void {
    const watched = this.#watched.get(pool);
    if (!watched || watched.hasTakenOver || watched.isOverridden) return;
    const { wanted, before } = watched;
    const list = inWords(origins);
    if (list === inWords(before)) return;
    must(list === inWords(wanted), `while ${inWords(wanted)} is deployed in place of ${inWords(before)}, the list is ${list}`);
    this.#takeOver(pool, watched);
  }

  #takeOver(pool: SimulatedPool, watched: Watched): void {
    watched.hasTakenOver = true;
    for (const origin of watched.wanted) {
      const member = pool.roster.memberAt(origin);
      must(member?.isReady === true, `${origin.id} took over, and is ${member?.state}`);
      must(isWell(pool, origin, watched), `${origin.id} took over, and no probe found it well`);
    }
  }
}

/** Whether an origin that is deployed was found well by a probe since, or takes requests as before. */
function isWell(pool: SimulatedPool, origin: Origin, { beside, begunAt }: Watched): boolean {
  if (!beside.includes(origin)) return pool.roster.memberAt(origin)?.isReady === true;
  return pool.health.probesOf(origin.id).some(({ at, problem }) => at >= begunAt && problem === undefined);
}

function inWords(origins: readonly Origin[]): string {
  return origins.map(({ id, weight, backup }) => `${id}*${weight}${backup ? ' backup' : ''}`).join();
}
