import { draw } from '../../../../balancer/src/admin/dashboard/elements.ts';
import { percent } from '../../../../balancer/src/admin/dashboard/figures.ts';
import type { Outcomes } from '../../chapter.ts';
import { sharesOf } from '../figure-names.ts';

const width = 560;
const left = 150;
const right = 10;
const row = 40;

/** For each world a bar that is cut into what each origin got. */
export function shareChart(outcomes: Outcomes): SVGSVGElement {
  const all = Object.entries(outcomes);
  const parts = all.flatMap(([name, { taken }], place) => [
    draw('text', { x: left - 10, y: place * row + 24, 'text-anchor': 'end', class: 'name' }, name),
    ...barOf(taken, place * row + 6),
  ]);
  const words = all.map(([name, { taken }]) => `${name}: ${sharesOf(taken)}`).join('; ');
  const label = `Which part each origin got. ${words}`;
  return draw(
    'svg',
    { viewBox: `0 0 ${width} ${all.length * row + 6}`, class: 'chart shares', role: 'img', 'aria-label': label },
    ...parts,
  );
}

function barOf(taken: readonly number[], y: number): SVGElement[] {
  const all = Math.max(
    1,
    taken.reduce((sum, one) => sum + one, 0),
  );
  const room = width - left - right;
  let x = left;
  return taken.flatMap((one, origin) => {
    const wide = (room * one) / all;
    const from = x;
    x += wide;
    const part = draw('rect', { x: from, y, width: Math.max(0, wide - 2), height: 28, 'data-tint': origin % 8, class: 'share' });
    const text = `${origin + 1}: ${percent(one / all)}`;
    return wide < 70
      ? [part, ...(wide < 20 ? [] : [draw('text', { x: from + 5, y: y + 18, class: 'on-share' }, String(origin + 1))])]
      : [part, draw('text', { x: from + 6, y: y + 18, class: 'on-share' }, text)];
  });
}
