import type { ShownPool } from '../shown-pool.ts';
import type { PutBack } from './put-back.ts';
import { Meddled } from './refusal.ts';

interface PolicyChoiceParts {
  readonly pool: ShownPool;
  /** Switches the pool to the policy of that name; resolves with what is wrong with the name, if anything is. */
  readonly choosePolicy: (pool: ShownPool, name: string) => Promise<string | undefined>;
}

/** The policy of a pool, as a check chooses it: the one of before is put back, unless somebody else has chosen one meanwhile. */
export class PolicyChoice {
  readonly #parts: PolicyChoiceParts;
  readonly #putBack: PutBack;
  /** As it was chosen from here; nothing before that. */
  #chosen: string | undefined;

  constructor(parts: PolicyChoiceParts, putBack: PutBack) {
    this.#parts = parts;
    this.#putBack = putBack;
  }

  /** Rejects with Meddled where the policy is not the one that was chosen here. */
  async choose(name: string): Promise<void> {
    const { pool, choosePolicy } = this.#parts;
    const before = pool.policyName;
    if (this.#chosen !== undefined && before !== this.#chosen) throw new Meddled(this.#meddled);
    if (this.#chosen === undefined) this.#putBack.add(() => this.#restore(before));
    this.#chosen = name;
    const problem = await choosePolicy(pool, name);
    if (problem !== undefined) throw new Error(problem);
  }

  async #restore(before: string): Promise<string | undefined> {
    const { pool, choosePolicy } = this.#parts;
    if (pool.policyName !== this.#chosen) return this.#meddled;
    await choosePolicy(pool, before);
    return undefined;
  }

  get #meddled(): string {
    return `somebody chose ${this.#parts.pool.policyName} meanwhile: that stays`;
  }
}
