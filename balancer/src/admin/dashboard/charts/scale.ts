/** A line of values over time; nothing where there was no value. */
export type Values = readonly (number | null)[];

/** The least round number that is not below a value: 1, 2, 2.5 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  return decade * ([1, 2, 2.5, 5].find((step) => step * decade >= value) ?? 10);
}

/** The top of an axis that has room for all lines, never below `least`. */
export function topOf(lines: readonly Values[], least: number): number {
  let most = 0;
  for (const line of lines) for (const value of line) if (value !== null && value > most) most = value;
  return Math.max(least, roundUp(most));
}

/** The marks of an axis from 0 to its top. */
export function marksOf(top: number): readonly number[] {
  return [0, top / 2, top];
}

/** Where a chart's lines may be drawn, in px. */
export interface Field {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a value stands, if the line has room for `slots` values and its last one is at the right. */
export function xOf({ left, width }: Field, place: number, length: number, slots: number): number {
  return left + (width * (slots - length + place)) / Math.max(1, slots - 1);
}

/** How high a value stands. */
export function yOf({ top, height }: Field, value: number, axisTop: number): number {
  return top + height * (1 - Math.min(1, value / axisTop));
}

/** A line as the `d` of an SVG path, broken where there is no value; a value alone is a short stroke, so that it can be seen. */
export function lineOf(values: Values, field: Field, axisTop: number, slots: number): string {
  let path = '';
  let isOpen = false;
  values.forEach((value, place) => {
    if (value !== null) {
      const x = round(xOf(field, place, values.length, slots));
      path += `${isOpen ? 'L' : 'M'}${x},${round(yOf(field, value, axisTop))}`;
      if (!isOpen && (values[place + 1] ?? null) === null) path += 'h1.5';
    }
    isOpen = value !== null;
  });
  return path;
}

/** Which value a place on the chart is nearest to; nothing left of the first. */
export function placeAt(x: number, { left, width }: Field, length: number, slots: number): number | undefined {
  const place = Math.round(((x - left) / width) * (slots - 1)) - (slots - length);
  return place >= 0 && place < length ? place : undefined;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
