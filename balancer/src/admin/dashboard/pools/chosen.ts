/** The pool that an address of the page names behind its `#`; nothing where it names none. */
export function poolIn(hash: string): string | undefined {
  return /^#pool=([a-z0-9][a-z0-9_-]*)$/.exec(hash)?.[1];
}

/** What the page's address has behind it for a pool, so that it can be shared. */
export function hashOf(pool: string): string {
  return `#pool=${pool}`;
}

/** The place of the tab that a key leads to from another; nothing for a key that leads nowhere. The ends are joined. */
export function tabAfter(key: string, place: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (place + 1) % count;
    case 'ArrowLeft':
      return (place + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
