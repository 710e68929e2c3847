/** A source of numbers in [0, 1), the same ones for the same seed. */
export type Random = () => number;

/** A whole number from 0 to below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** One of several. */
export function oneOf<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[below(random, items.length)] ?? items[0];
}

/** The same source, but that nothing comes of it that has a chance below one in sixteen: what is made with it has few oddities. */
export function calm(random: Random): Random {
  return () => 1 / 16 + (random() * 15) / 16;
}

/** A number that a text and a seed lead to: FNV-1a, by Fowler, Noll and Vo. */
export function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
