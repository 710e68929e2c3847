/**
 * A smaller list of which something still holds, with no part that could be left out by itself; after so many `tries` it is given back
 * as it is then. Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002).
 */
export async function smallest<Item>(
  items: readonly Item[],
  holds: (part: readonly Item[]) => Promise<boolean>,
  tries: number,
): Promise<readonly Item[]> {
  let list = items;
  let from = 0;
  let size = Math.ceil(list.length / 2);
  for (let left = tries; left > 0 && list.length > 1; left--) {
    const without = [...list.slice(0, from), ...list.slice(from + size)];
    if (without.length > 0 && (await holds(without))) list = without;
    else from += size;
    if (from < list.length) continue;
    if (size === 1) break;
    from = 0;
    size = Math.ceil(Math.min(size, list.length) / 2);
  }
  return list;
}
