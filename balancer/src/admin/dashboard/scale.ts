/** A chart's line: what it shows, in which colour or dash, and a value for each point in time; null where there is none. */
export interface Line {
  readonly name: string;
  readonly hue: string;
  readonly values: readonly (number | null)[];
}

/** The end of an axis that shows values up to `most`: 1, 2 or 5 times a power of ten. */
export function niceEnd(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= most * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

/**
 * The path of a line in a chart of that size, with an axis from 0 to `end`. The last point is at the right edge; `room` points
 * have room. Where a value is missing the line has a gap.
 */
export function pathOf(
  values: readonly (number | null)[],
  end: number,
  { width, height }: { width: number; height: number },
  room: number,
): string {
  const step = width / Math.max(1, room - 1);
  const begin = width - (values.length - 1) * step;
  let isDown = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isDown = false;
        return '';
      }
      const command = isDown ? 'L' : 'M';
      isDown = true;
      return `${command}${(begin + index * step).toFixed(1)} ${(height - (Math.min(value, end) / end) * height).toFixed(1)}`;
    })
    .join('');
}
