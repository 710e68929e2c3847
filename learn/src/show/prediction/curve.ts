import { draw, make, mark, say } from '../../../../balancer/src/admin/dashboard/elements.ts';
import type { CurvePrediction } from '../../chapter.ts';
import { placeOf, type Scale, valueAt, withUnit } from './answer-scale.ts';
import type { Guess } from './guess.ts';

const size = { width: 560, height: 280, left: 64, right: 16, top: 14, bottom: 44 };

/** A line that the reader draws on an empty chart, with a pointer, or point by point with the sliders of its table. */
export function curveGuess({ x, y, answer }: CurvePrediction): Guess {
  const scale: Scale = { from: y.isLogarithmic ? y.most / 1000 : 0, to: y.most, isLogarithmic: y.isLogarithmic ?? false };
  const heights: (number | undefined)[] = x.values.map(() => undefined);
  const drawn = draw('path', { class: 'drawn' });
  const truth = draw('path', { class: 'truth', visibility: 'hidden' });
  const svg = draw('svg', {
    viewBox: `0 0 ${size.width} ${size.height}`,
    class: 'curve',
    role: 'img',
    'aria-label': `An empty chart: ${y.label} by ${x.label}. Draw a line.`,
  });
  svg.append(...axes(x, y.label, y.unit, scale), drawn, truth);
  const sliders = x.values.map((value, place) => pointSlider(`${y.label} at ${withUnit(value, x.unit)}`, (at) => set(place, at)));
  const answers = x.values.map(() => make('td', {}, '?'));
  const rows = x.values.map((value, place) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, withUnit(value, x.unit)),
      make('td', {}, sliders[place] as HTMLElement),
      answers[place] as HTMLElement,
    ),
  );
  const head = make('tr', {}, ...[x.label, `your guess of ${y.label}`, 'as it is'].map((text) => make('th', { scope: 'col' }, text)));
  const twin = make(
    'details',
    { class: 'twin' },
    make('summary', {}, 'Draw it point by point instead'),
    make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)),
  );
  let isOver = false;
  const set = (place: number, at: number) => {
    if (isOver) return;
    heights[place] = Math.max(0, Math.min(1, at));
    const slider = sliders[place];
    if (slider) {
      slider.value = String(Math.round(100 * at));
      mark(slider, 'aria-valuetext', withUnit(valueAt(at, scale), y.unit));
    }
    mark(drawn, 'd', pathOf(heights));
    guess.changed();
  };
  drawWith(svg, x.values.length, set);
  const guess: Guess = {
    element: make('div', { class: 'curve-guess' }, svg, make('p', { class: 'sub' }, 'Draw with the pointer, from left to right.'), twin),
    isReady: () => heights.every((height) => height !== undefined),
    changed: () => {},
    reveal: (outcomes) => {
      isOver = true;
      const values = answer(outcomes);
      for (const [place, value] of values.entries()) say(answers[place] as HTMLElement, withUnit(value, y.unit));
      mark(truth, 'd', pathOf(values.map((value) => placeOf(value, scale))));
      mark(truth, 'visibility', 'visible');
      const off = values.map((value, place) => Math.abs(placeOf(value, scale) - (heights[place] ?? 0)));
      const worst = off.indexOf(Math.max(...off));
      const isRight = off.reduce((sum, one) => sum + one, 0) / off.length < 0.12;
      const there = withUnit(x.values[worst] ?? 0, x.unit);
      const said = withUnit(valueAt(heights[worst] ?? 0, scale), y.unit);
      const detail = `at ${there} you drew ${said}, and it is ${withUnit(values[worst] ?? 0, y.unit)}`;
      return { isRight, sentence: isRight ? `Well drawn; furthest off ${detail}.` : `The line is another: ${detail}.` };
    },
  };
  return guess;
}

/** Sets every point that a pointer passes over while it is pressed. */
function drawWith(svg: SVGSVGElement, points: number, set: (place: number, at: number) => void): void {
  let before: { place: number; at: number } | undefined;
  const follow = (event: PointerEvent) => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const px = ((event.clientX - left) / width) * size.width;
    const py = ((event.clientY - top) / height) * size.height;
    const place = Math.round(((px - size.left) / (size.width - size.left - size.right)) * (points - 1));
    const at = 1 - (py - size.top) / (size.height - size.top - size.bottom);
    if (place < 0 || place >= points) return;
    const from = before ?? { place, at };
    // A quick hand passes over several points between two events.
    for (let n = Math.min(from.place, place); n <= Math.max(from.place, place); n += 1) {
      const part = place === from.place ? 1 : (n - from.place) / (place - from.place);
      set(n, from.at + (at - from.at) * part);
    }
    before = { place, at };
  };
  svg.addEventListener('pointerdown', (event) => {
    before = undefined;
    svg.setPointerCapture(event.pointerId);
    follow(event);
  });
  svg.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0) follow(event);
  });
}

function pointSlider(label: string, set: (at: number) => void): HTMLInputElement {
  const slider = make('input', {
    type: 'range',
    min: 0,
    max: 100,
    step: 1,
    value: 0,
    'aria-label': label,
    'aria-valuetext': 'no guess yet',
  });
  slider.addEventListener('input', () => set(slider.valueAsNumber / 100));
  return slider;
}

function axes(x: CurvePrediction['x'], label: string, unit: string, scale: Scale): SVGElement[] {
  const { left, top, height, bottom } = size;
  const marks = [0, 0.25, 0.5, 0.75, 1].flatMap((at) => {
    const y = heightOf(at);
    const line = draw('line', { x1: left, x2: size.width - size.right, y1: y, y2: y });
    return [line, draw('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' }, withUnit(valueAt(at, scale), unit))];
  });
  const below = x.values.map((value, place) =>
    draw('text', { x: acrossOf(place, x.values.length), y: height - bottom + 18, 'text-anchor': 'middle' }, withUnit(value, x.unit)),
  );
  const names = [
    draw('text', { x: left, y: top - 3, class: 'name' }, label),
    draw('text', { x: size.width - size.right, y: height - 8, 'text-anchor': 'end', class: 'name' }, x.label),
  ];
  return [draw('g', { class: 'grid' }, ...marks, ...below, ...names)];
}

function pathOf(heights: readonly (number | undefined)[]): string {
  const points = heights.flatMap((height, place) =>
    height === undefined ? [] : [`${acrossOf(place, heights.length)},${heightOf(height)}`],
  );
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

function acrossOf(place: number, of: number): number {
  return Math.round(size.left + ((size.width - size.left - size.right) * place) / Math.max(1, of - 1));
}

function heightOf(at: number): number {
  return Math.round(size.top + (size.height - size.top - size.bottom) * (1 - Math.max(0, Math.min(1, at))));
}
