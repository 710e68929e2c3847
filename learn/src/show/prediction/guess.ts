import type { Outcomes } from '../../chapter.ts';

/** What a reader is asked, before and after. */
export interface Guess {
  /** What the reader fills in. */
  readonly element: HTMLElement;
  /** Whether there is a guess that can be told from none. */
  readonly isReady: () => boolean;
  /** Draws the answer beside the guess; says in a sentence how near that was, and whether it was right. */
  readonly reveal: (outcomes: Outcomes) => { readonly sentence: string; readonly isRight: boolean };
  /** Called whenever the guess changes. */
  changed: () => void;
}
