import type { Board, LiveOrigin } from '../board.ts';

/** What a cell shows of an origin. */
export interface Cell {
  readonly content: readonly Node[];
  readonly show: (origin: LiveOrigin, board: Board) => void;
}
