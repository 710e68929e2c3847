import type { OriginReport, PoolReport } from '../../api.ts';
import { calledIn } from '../pools/pool-words.ts';

/** Something that people who can't see the picture should hear of. */
export interface Change {
  readonly at: number;
  readonly text: string;
}

type Stand = Pick<OriginReport, 'pool' | 'id' | 'state' | 'reason'>;
type PoolStand = Pick<PoolReport, 'name' | 'policy' | 'isDeploying'> & { readonly isPaused: boolean };

/** What has changed between two states of all pools and their origins, in sentences. Nothing for the first. */
export class Changes {
  #stands: ReadonlyMap<string, Stand> | undefined;
  #pools: ReadonlyMap<string, PoolStand> = new Map();

  /** Notes how everything stands; returns a sentence for each change. */
  note(pools: readonly Omit<PoolReport, 'running' | 'waiting'>[], origins: readonly Stand[]): string[] {
    const before = this.#stands;
    const poolsBefore = this.#pools;
    this.#stands = new Map(origins.map((origin) => [calledIn(origin.pool, origin.id), origin]));
    this.#pools = new Map(pools.map(({ pausedMs, ...pool }) => [pool.name, { ...pool, isPaused: pausedMs > 0 }]));
    if (!before) return [];
    const sentences = [...this.#pools.values()].flatMap((pool) => sentencesOf(poolsBefore.get(pool.name), pool, pools.length > 1));
    for (const [name, origin] of this.#stands) sentences.push(...sentenceOf(before.get(name), origin, name));
    for (const name of before.keys()) if (!this.#stands.has(name)) sentences.push(`${name} has left`);
    return sentences;
  }
}

/** What has changed in a pool. The only one has no need of a name. */
function sentencesOf(before: PoolStand | undefined, pool: PoolStand, isOneOfSeveral: boolean): string[] {
  if (!before) return [];
  const { name, policy, isPaused, isDeploying } = pool;
  const which = isOneOfSeveral ? ` of pool ${name}` : '';
  const whose = isOneOfSeveral ? `pool ${name}` : 'the pool';
  return [
    ...(policy === before.policy ? [] : [`the policy${which} is ${policy} now`]),
    ...(isPaused === before.isPaused ? [] : [isPaused ? `${whose} is paused` : `${whose} goes on`]),
    ...(isDeploying === before.isDeploying ? [] : [`a deploy in ${whose} ${isDeploying ? 'is under way' : 'is over'}`]),
  ];
}

function sentenceOf(before: Stand | undefined, { state, reason }: Stand, name: string): string[] {
  if (!before) return [`${name} has joined, ${state}: ${reason}`];
  return before.state === state ? [] : [`${name} is ${state}: ${reason}`];
}
