import type { Owner } from './outgoing.ts';

/** What belongs to clients' connections, each with how it ends. */
const belongings = new WeakMap<Owner, Set<() => void>>();

/** Has something end with a client's connection; the returned function says that it has ended before. However much it is, the client's connection has one listener. */
export function endWith(owner: Owner, end: () => void): () => void {
  const all = belongings.get(owner) ?? begin(owner);
  all.add(end);
  return () => void all.delete(end);
}

function begin(owner: Owner): Set<() => void> {
  const all = new Set<() => void>();
  belongings.set(owner, all);
  owner.once('close', () => {
    for (const end of all) end();
  });
  return all;
}
