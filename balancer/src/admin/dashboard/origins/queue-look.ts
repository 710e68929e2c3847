import type { Board } from '../board.ts';
import type { View } from '../painter.ts';
import { ask } from '../wire/ask.ts';

/** What each origin says of the fault in force at it; null where it doesn't say. */
interface FaultsAnswer {
  readonly faults: Readonly<Record<string, { readonly queued?: number } | null>>;
  readonly breakable: readonly string[];
}

/** Asks which origins can be broken, and how many requests queue inside each, in a demonstration and for as long as somebody looks and never more than once at a time. */
export class QueueLook implements View {
  readonly every = 1000;
  readonly #board: Board;
  #isAsking = false;

  constructor(board: Board) {
    this.#board = board;
  }

  readonly paint = (): void => void this.#look();

  async #look(): Promise<void> {
    if (this.#isAsking || this.#board.status?.isDemo !== true) return;
    this.#isAsking = true;
    const { side } = this.#board;
    try {
      const { faults, breakable } = await ask<FaultsAnswer>({ method: 'GET', path: `${side}/faults` });
      // Somebody may have chosen another pool meanwhile.
      if (side !== this.#board.side) return;
      this.#board.queued = new Map(Object.entries(faults).map(([id, fault]) => [id, fault?.queued ?? 0]));
      this.#board.breakable = new Set(breakable);
    } catch {
      // The connection may be lost; that is said elsewhere.
      this.#board.queued = new Map();
    } finally {
      this.#isAsking = false;
    }
  }
}
