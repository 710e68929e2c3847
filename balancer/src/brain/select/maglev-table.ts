/** Who claims slots, and in which order: slot `offset`, then every `skip` slots further. */
export interface Claimant {
  readonly offset: number;
  /** From 1 to the table's size − 1. The size is a prime, so that every slot comes up once. */
  readonly skip: number;
  readonly weight: number;
}

const free = -1;

/**
 * Fills a table of `size` slots, a prime, with the claimants' numbers. They claim their next free slot in turn; one of half the
 * heaviest weight sits out every other round (Envoy's way to weigh). Source: Maglev, NSDI 2016, §3.4.
 */
export function maglevTable(size: number, claimants: readonly Claimant[]): Int32Array<ArrayBuffer> {
  const table = new Int32Array(size).fill(free);
  const heaviest = Math.max(...claimants.map(({ weight }) => weight));
  const price = heaviest || 1;
  const claims = claimants.map(({ offset, skip, weight }) => ({ slot: offset, skip, income: heaviest > 0 ? weight : price, credit: 0 }));
  let left = size;
  for (let turn = 0; left > 0; turn = (turn + 1) % claims.length) {
    const claim = claims[turn];
    if (!claim) throw new Error('a table needs somebody to claim its slots');
    claim.credit += claim.income;
    if (claim.credit < price) continue;
    claim.credit -= price;
    claim.slot = nextFree(table, claim.slot, claim.skip);
    table[claim.slot] = turn;
    left -= 1;
  }
  return table;
}

/** The first free slot from `slot` on, going round in steps of `skip`. */
function nextFree(table: Int32Array, slot: number, skip: number): number {
  const size = table.length;
  let next = slot;
  while (table[next] !== free) {
    next += skip;
    if (next >= size) next -= size;
  }
  return next;
}
