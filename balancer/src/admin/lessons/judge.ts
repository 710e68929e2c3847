import type { LessonFigure } from '../api.ts';

/*
 * Figures and what they should be. They are counts, shares and ratios, since a slow or busy machine stretches all times alike.
 */

/** A figure that must be between two, both included. */
export function between(name: string, measured: number, least: number, most: number): LessonFigure {
  return judged(name, measured, `${least} to ${most}`, measured >= least && measured <= most);
}

/** A figure that must be so large. */
export function atLeast(name: string, measured: number, least: number): LessonFigure {
  return judged(name, measured, `at least ${least}`, measured >= least);
}

/** A figure that must not be larger. */
export function atMost(name: string, measured: number, most: number): LessonFigure {
  return judged(name, measured, `at most ${most}`, measured <= most);
}

/** A figure that must be exactly so. */
export function exactly(name: string, measured: number, expected: number): LessonFigure {
  return judged(name, measured, String(expected), measured === expected);
}

function judged(name: string, measured: number, expected: string, holds: boolean): LessonFigure {
  // What can't be computed, since nothing came, is no number.
  const isThere = Number.isFinite(measured);
  return { name, measured: isThere ? rounded(measured) : null, expected, ok: isThere && holds };
}

function rounded(figure: number): number {
  return Number(figure.toFixed(2));
}

/** The figure that so large a part of them, from 0 to 1, doesn't exceed; not a number where there is nothing. */
export function quantile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
