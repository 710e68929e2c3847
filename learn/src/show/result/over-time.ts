import { draw } from '../../../../balancer/src/admin/dashboard/elements.ts';
import { count, duration } from '../../../../balancer/src/admin/dashboard/figures.ts';
import type { Outcome, Part } from '../../../../balancer/src/simulate/outcome.ts';
import type { Outcomes } from '../../chapter.ts';
import { placeOf, type Scale } from '../prediction/answer-scale.ts';

const width = 560;
const left = 64;
const right = 12;
const tall = 84;
const pitch = 122;

/** What is drawn over time. */
interface Subject {
  readonly title: string;
  readonly read: (part: Part) => number | null;
  readonly inWords: (value: number) => string;
  readonly scale: (values: readonly number[]) => Scale;
}

/** p99 over time, a small picture for each world, all with the same axes. */
export function slownessChart(outcomes: Outcomes): SVGSVGElement {
  return overTime(outcomes, {
    title: 'p99 over time',
    read: ({ p99 }) => p99,
    inWords: duration,
    scale: (values) => {
      const least = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...values))));
      return { from: least, to: Math.max(10 * least, ...values), isLogarithmic: true };
    },
  });
}

/** Failures over time, a small picture for each world, all with the same axes. */
export function failureChart(outcomes: Outcomes): SVGSVGElement {
  return overTime(outcomes, {
    title: 'failures over time',
    read: ({ failed }) => failed,
    inWords: count,
    scale: (values) => ({ from: 0, to: Math.max(1, ...values), isLogarithmic: false }),
  });
}

/** Requests at all origins together over time, a small picture for each world, all with the same axes. */
export function queueChart(outcomes: Outcomes): SVGSVGElement {
  return overTime(outcomes, {
    title: 'requests at the origins, over time',
    read: ({ inside }) => inside.reduce((sum, one) => sum + one, 0),
    inWords: count,
    scale: (values) => ({ from: 0, to: Math.max(1, ...values), isLogarithmic: false }),
  });
}

function overTime(outcomes: Outcomes, subject: Subject): SVGSVGElement {
  const all = Object.entries(outcomes);
  const values = all.flatMap(([, { parts }]) => parts.map(subject.read)).filter((value) => value !== null);
  const scale = subject.scale(values.length > 0 ? values : [1]);
  const pictures = all.flatMap(([name, outcome], place) => picture(name, outcome, place, subject, scale));
  const words = all.map(
    ([name, { parts }]) => `${name}: at most ${subject.inWords(Math.max(0, ...parts.map((part) => subject.read(part) ?? 0)))}`,
  );
  const label = `${subject.title}. ${words.join('; ')}`;
  return draw(
    'svg',
    { viewBox: `0 0 ${width} ${all.length * pitch}`, class: 'chart over-time', role: 'img', 'aria-label': label },
    ...pictures,
  );
}

function picture(name: string, { parts }: Outcome, place: number, { title, read, inWords }: Subject, scale: Scale): SVGElement[] {
  const top = place * pitch + 22;
  const y = (value: number) => top + tall * (1 - placeOf(value, scale));
  const x = (n: number) => left + ((width - left - right) * n) / Math.max(1, parts.length - 1);
  const grid = [scale.from, scale.to].flatMap((value) => [
    draw('line', { x1: left, x2: width - right, y1: y(value), y2: y(value) }),
    draw('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, inWords(value)),
  ]);
  const end = `${Math.round((parts.at(-1)?.at ?? 0) / 1000)} s`;
  return [
    draw('text', { x: left, y: top - 8, class: 'name' }, `${name}: ${title}`),
    draw('g', { class: 'grid' }, ...grid, draw('text', { x: width - right, y: top + tall + 14, 'text-anchor': 'end' }, end)),
    draw('path', { class: 'line', 'data-tint': place % 8, d: lineOf(parts.map(read), x, y) }),
  ];
}

/** A line, broken where there is no value. */
function lineOf(values: readonly (number | null)[], x: (place: number) => number, y: (value: number) => number): string {
  let path = '';
  let isOpen = false;
  for (const [place, value] of values.entries()) {
    if (value !== null) path += `${isOpen ? 'L' : 'M'}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    isOpen = value !== null;
  }
  return path;
}
