import { LastOrigin } from '../../brain/pool/main-roster.ts';
import { Busy } from '../../brain/pool/membership.ts';
import { UnknownOrigin } from '../../brain/pool/roster.ts';
import type { LessonFigure } from '../api.ts';
import { NoAnswer } from '../ask-origin.ts';
import type { Findings } from './lesson.ts';
import { Meddled, Stuck, TooLong } from './refusal.ts';

/** What came of a check. */
export interface Found {
  readonly pass: boolean;
  readonly numbers: readonly LessonFigure[];
  readonly sentence: string;
}

/** What ends a check before its time and is no mistake of ours: the stack, or who steers it, did something else. */
const interruptions = [Meddled, Stuck, TooLong, NoAnswer, LastOrigin, Busy, UnknownOrigin];

/** Plays a check, and judges it by its figures. One that was interrupted has none. */
export async function foundIn(play: () => Promise<Findings>): Promise<Found> {
  try {
    const { figures, sentence } = await play();
    return { pass: figures.length > 0 && figures.every(({ ok }) => ok), numbers: figures, sentence };
  } catch (error) {
    if (!(error instanceof Error && interruptions.some((kind) => error instanceof kind))) throw error;
    return { pass: false, numbers: [], sentence: `The check did not come to its end: ${error.message}.` };
  }
}

/** What is told of a check in words; `left` says what is not as it was before it. */
export function sentenceOf({ numbers, sentence }: Found, left: readonly string[]): string {
  const wrong = numbers.find(({ ok }) => !ok);
  const told = wrong ? `Not as it should be: ${wrong.name}: ${wrong.measured ?? 'nothing'}, expected ${wrong.expected}.` : sentence;
  const untold = left.filter((about) => !told.includes(about));
  return untold.length === 0 ? told : `${told} What is not as it was before: ${untold.join('; ')}.`;
}
