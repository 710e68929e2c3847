import { colours, openingOf, text } from '../svg.ts';
import type { Outcome } from './outcome.ts';
import { isOverload, percent } from './words.ts';

/** Lengths in the picture's own units, which are pixels at its natural size. */
const width = 820;
const left = 160;
const right = 190;
const top = 110;
const row = { pitch: 30, height: 10 };
const bottom = 64;

/** Where a latency in ms stands, on a scale where each tenfold is equally long. */
type Scale = (ms: number) => number;

/** An SVG picture: for each policy a bar from p50 to p99.9 with a mark at p99; those that overload an origin stand out. */
export function chartOf(outcomes: readonly Outcome[], [about = '', ...notes]: readonly string[]): string {
  const scale = scaleFor(outcomes);
  const height = top + outcomes.length * row.pitch + bottom;
  const words = {
    title: 'What each policy does to the time that requests take',
    heading: 'What each policy does to the time that requests take',
    about,
  };
  const quiet = `font-size="12" fill="${colours.quiet}"`;
  return [
    ...openingOf(width, height, words),
    ...gridOf(outcomes, scale, height),
    ...outcomes.flatMap((outcome, index) => rowOf(outcome, scale, top + index * row.pitch)),
    text(
      24,
      height - 36,
      'Each bar goes from p50 to p99.9, its mark is p99; red where an origin is sent more than it can do, so that its queue grows',
      quiet,
    ),
    ...notes.map((note, index) => text(24, height - 18 + 16 * index, note, quiet)),
    '</svg>',
    '',
  ].join('\n');
}

function scaleFor(outcomes: readonly Outcome[]): Scale {
  const least = Math.log10(Math.min(...outcomes.map(({ p50 }) => p50)) * 0.8);
  const most = Math.log10(Math.max(...outcomes.map(({ p999 }) => p999)) * 1.1);
  return (ms) => Number((left + ((width - left - right) * (Math.log10(ms) - least)) / (most - least)).toFixed(1));
}

function gridOf(outcomes: readonly Outcome[], scale: Scale, height: number): string[] {
  const [least, most] = [Math.min(...outcomes.map(({ p50 }) => p50)), Math.max(...outcomes.map(({ p999 }) => p999))];
  const marks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000].filter((ms) => ms >= least && ms <= most);
  const lines = marks.flatMap((ms) => [
    `<line x1="${scale(ms)}" y1="${top - 14}" x2="${scale(ms)}" y2="${height - bottom}" stroke="${colours.edge}"/>`,
    text(scale(ms), top - 20, ms < 1000 ? `${ms} ms` : `${ms / 1000} s`, `font-size="12" text-anchor="middle" fill="${colours.quiet}"`),
  ]);
  const heads = ['to the slowest', 'failed'].map((head, column) =>
    text(columnAt(column), top - 20, head, `font-size="12" text-anchor="end" fill="${colours.quiet}"`),
  );
  return [...lines, ...heads];
}

function rowOf(outcome: Outcome, scale: Scale, y: number): string[] {
  const { policy, p50, p99, p999, slowestShare, failed } = outcome;
  const colour = isOverload(outcome) ? colours.bad : colours.good;
  const middle = y + row.height / 2;
  const length = Math.max(2, scale(p999) - scale(p50)).toFixed(1);
  return [
    text(left - 14, middle + 5, policy, 'font-size="14" text-anchor="end"'),
    `<rect class="bar" x="${scale(p50)}" y="${y}" width="${length}" height="${row.height}" rx="3" fill="${colour}" fill-opacity="0.35"/>`,
    `<line x1="${scale(p99)}" y1="${y - 4}" x2="${scale(p99)}" y2="${y + row.height + 4}" stroke="${colour}" stroke-width="3"/>`,
    text(columnAt(0), middle + 5, percent(slowestShare, 1), 'font-size="13" text-anchor="end"'),
    text(columnAt(1), middle + 5, percent(failed, 1), `font-size="13" text-anchor="end" fill="${failed > 0 ? colours.bad : colours.text}"`),
  ];
}

function columnAt(column: number): number {
  return width - 90 + 66 * column;
}
