import type { LessonFigure } from '../api.ts';
import type { Stage } from './stage.ts';

/** What a check has found out: its figures, and what they teach in a sentence. */
export interface Findings {
  readonly figures: readonly LessonFigure[];
  readonly sentence: string;
}

/** The check of a chapter of the course. */
export interface Lesson {
  /** As the chapter, in a few words. */
  readonly title: string;
  /** What it does, in its order, a sentence each. */
  readonly steps: readonly string[];
  /** What that takes on a machine that has time for it, about, in seconds. */
  readonly seconds: number;
  /** Plays it on the stack. What it changes there is put back by the stage, however it ends. */
  readonly play: (stage: Stage) => Promise<Findings>;
}
