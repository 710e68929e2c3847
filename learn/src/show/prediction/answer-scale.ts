/** A scale from one figure to another, on which each tenfold, or each step, is equally long. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly isLogarithmic: boolean;
}

/** Where a figure stands, from 0 to 1; what is outside stands at the end. */
export function placeOf(value: number, { from, to, isLogarithmic }: Scale): number {
  const bounded = Math.max(from, Math.min(to, value));
  if (!isLogarithmic) return (bounded - from) / (to - from);
  return Math.log(bounded / from) / Math.log(to / from);
}

/** The figure at a place, rounded to what can be meant by it. */
export function valueAt(place: number, { from, to, isLogarithmic }: Scale): number {
  return rounded(isLogarithmic ? from * (to / from) ** place : from + (to - from) * place);
}

/** A figure to two or three digits: `0.25`, `4.3`, `87`, `1,250`. */
export function rounded(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((Math.round(value / step) * step).toPrecision(3));
}

/** Whether a guess is near enough to an answer, for so great a part of it that it may be off. */
export function isNear(guess: number, answer: number, tolerance: number): boolean {
  return Math.abs(guess - answer) <= Math.max(Math.abs(answer) * tolerance, Number.EPSILON);
}

/** A figure with its unit, as the reader gets it: `87 ms`, `12 %`, `4 ×`. */
export function withUnit(value: number, unit: string): string {
  return Number.isFinite(value) ? `${new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value)}${unit}` : 'no figure';
}
