import type { OriginReport } from '../../api.ts';

/** Something that people who can't see the picture should hear of. */
export interface Change {
  readonly at: number;
  readonly text: string;
}

type Stand = Pick<OriginReport, 'id' | 'state' | 'reason'>;

/** What has changed between two states of all origins, in sentences. Nothing for the first. */
export class Changes {
  #stands: ReadonlyMap<string, Stand> | undefined;
  #policy = '';

  /** Notes how everything stands; returns a sentence for each change. */
  note(policy: string, origins: readonly Stand[]): string[] {
    const before = this.#stands;
    const policyBefore = this.#policy;
    this.#stands = new Map(origins.map((origin) => [origin.id, origin]));
    this.#policy = policy;
    if (!before) return [];
    const sentences = origins.flatMap((origin) => sentenceOf(before.get(origin.id), origin));
    for (const id of before.keys()) if (!this.#stands.has(id)) sentences.push(`${id} has left`);
    return policy === policyBefore ? sentences : [`the policy is ${policy} now`, ...sentences];
  }
}

function sentenceOf(before: Stand | undefined, { id, state, reason }: Stand): string[] {
  if (!before) return [`${id} has joined, ${state}: ${reason}`];
  return before.state === state ? [] : [`${id} is ${state}: ${reason}`];
}
