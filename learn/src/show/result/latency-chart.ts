import { draw } from '../../../../balancer/src/admin/dashboard/elements.ts';
import { duration } from '../../../../balancer/src/admin/dashboard/figures.ts';
import type { Outcome } from '../../../../balancer/src/simulate/outcome.ts';
import type { Outcomes } from '../../chapter.ts';
import { placeOf, type Scale } from '../prediction/answer-scale.ts';

const width = 560;
const left = 150;
const right = 70;
const top = 30;
const row = 34;

/** For each world a bar from its p50 to its p99, on a scale where each tenfold is equally long. */
export function latencyChart(outcomes: Outcomes): SVGSVGElement {
  const all = Object.entries(outcomes).filter(([, { answered }]) => answered > 0);
  const scale = scaleOf(all.map(([, outcome]) => outcome));
  const x = (ms: number) => left + (width - left - right) * placeOf(ms, scale);
  const height = top + all.length * row + 8;
  const grid = tenfolds(scale).flatMap((ms) => [
    draw('line', { x1: x(ms), x2: x(ms), y1: top - 8, y2: height }),
    draw('text', { x: x(ms), y: top - 14, 'text-anchor': 'middle' }, duration(ms)),
  ]);
  const bars = all.flatMap(([name, { p50, p99 }], place) => {
    const y = top + place * row + row / 2;
    return [
      draw('text', { x: left - 10, y: y + 4, 'text-anchor': 'end', class: 'name' }, name),
      draw('path', { class: 'span', 'data-tint': place % 8, d: `M${x(p50)} ${y}H${x(p99)}` }),
      draw('circle', { class: 'p50', 'data-tint': place % 8, cx: x(p50), cy: y, r: 5 }),
      draw('path', { class: 'p99', 'data-tint': place % 8, d: `M${x(p99)} ${y - 9}v18` }),
      draw('text', { x: x(p99) + 8, y: y + 4 }, duration(p99)),
    ];
  });
  const words = all.map(([name, { p50, p99 }]) => `${name}: p50 ${duration(p50)}, p99 ${duration(p99)}`).join('; ');
  const label = `Time that answers took. ${words}`;
  return draw(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, class: 'chart latency', role: 'img', 'aria-label': label },
    draw('g', { class: 'grid' }, ...grid),
    ...bars,
  );
}

function scaleOf(outcomes: readonly Outcome[]): Scale {
  const least = Math.min(...outcomes.map(({ p50 }) => p50));
  const most = Math.max(...outcomes.map(({ p99 }) => p99));
  const from = 10 ** Math.floor(Math.log10(Math.max(0.1, least)));
  return { from, to: Math.max(from * 10, 10 ** Math.ceil(Math.log10(Math.max(0.2, most)))), isLogarithmic: true };
}

function tenfolds({ from, to }: Scale): number[] {
  const steps = Math.round(Math.log10(to / from));
  return Array.from({ length: steps + 1 }, (_, step) => from * 10 ** step);
}
