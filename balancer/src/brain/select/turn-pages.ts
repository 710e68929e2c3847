import type { Candidate } from './candidate.ts';
import { Memory } from './memory.ts';
import type { Origin } from './origin.ts';
import type { TurnBook, Turns } from './policy.ts';

/** A book that nobody else writes in. */
export function ownBook(): TurnBook {
  const memory = new Memory<Turns>(() => ({ last: 0, credit: 0 }));
  let turn = 0;
  return {
    next: () => {
      memory.beginPick();
      turn += 1;
      return turn;
    },
    of: (origin) => memory.on(origin),
  };
}

/**
 * What the book has of origins, by their places in the list: most lists are the last one again, and so need no look-up. It goes by the
 * origin itself and not by its id, since one that left the list and has come back has another place in the book.
 */
export class TurnPages {
  readonly #book: TurnBook;
  readonly #origins: Origin[] = [];
  readonly #turns: Turns[] = [];

  constructor(book: TurnBook) {
    this.#book = book;
  }

  of({ origin }: Candidate, place: number): Turns {
    if (this.#origins[place] === origin) return this.#turns[place] as Turns;
    const turns = this.#book.of(origin);
    this.#origins[place] = origin;
    this.#turns[place] = turns;
    return turns;
  }
}
