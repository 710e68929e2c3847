import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { ChartName, Html, Outcomes, Side } from '../chapter.ts';

/** A question of the quiz, which worlds answer that the reader then sees run. */
export interface Question {
  /** The chapter that it is about, by its folder on the site. */
  readonly chapter: string;
  readonly ask: Html;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly sides: readonly [Side] | readonly [Side, Side];
  /** ms of the world in a second of the reader's. */
  readonly msPerSecond: number;
  readonly charts: readonly ChartName[];
  /** The id of the option that is right. */
  readonly answer: (outcomes: Outcomes) => string;
  /** Why, with the figures that were computed. */
  readonly because: (outcomes: Outcomes) => Html;
}

/** What came of a world of that name. Throws where there is none, which is a mistake in the question. */
export function of(outcomes: Outcomes, name: string): Outcome {
  const outcome = outcomes[name];
  if (!outcome) throw new Error(`no world is called ${name}`);
  return outcome;
}

/** The part of all attempts that an origin got, by its number. */
export function shareOf({ taken }: Outcome, origin: number): number {
  const all = taken.reduce((sum, one) => sum + one, 0);
  return (taken[origin] ?? 0) / Math.max(1, all);
}

/** The part of the requests that failed. */
export function failedPart({ failed, requests }: Outcome): number {
  return failed / Math.max(1, requests);
}

/** A part in whole percents. */
export function percents(part: number): string {
  return `${Math.round(100 * part)}%`;
}
