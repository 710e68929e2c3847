import type { ShownPool } from '../shown-pool.ts';
import type { PutBack } from './put-back.ts';
import { Meddled } from './refusal.ts';

/** The weights of a pool's origins, as a check gives them: those of before are put back, unless somebody else has given others meanwhile. */
export class Weights {
  readonly #pool: ShownPool;
  readonly #putBack: PutBack;
  /** What was given from here, by the origins' ids. */
  readonly #given = new Map<string, number>();

  constructor(pool: ShownPool, putBack: PutBack) {
    this.#pool = pool;
    this.#putBack = putBack;
  }

  /** Gives an origin a weight, and says whether it had another. Throws Meddled where that is not the one that was given here. */
  weigh(id: string, weight: number): boolean {
    const { roster, membership } = this.#pool;
    const { weight: before } = roster.named(id).origin;
    if ((this.#given.get(id) ?? before) !== before) throw new Meddled(meddled(id));
    if (before === weight) return false;
    if (!this.#given.has(id)) {
      const source = membership.sourceOf(id);
      this.#putBack.add(() => {
        if (roster.memberCalled(id)?.origin.weight !== this.#given.get(id)) return meddled(id);
        membership.change(id, { weight: before }, source);
        return undefined;
      });
    }
    this.#given.set(id, weight);
    membership.change(id, { weight });
    return true;
  }
}

function meddled(id: string): string {
  return `somebody gave ${id} another weight meanwhile: that stays`;
}
