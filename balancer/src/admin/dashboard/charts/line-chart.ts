import { draw, make, mark, say } from '../elements.ts';
import { type Field, lineOf, marksOf, placeAt, topOf, xOf, yOf } from './scale.ts';
import type { Series } from './series.ts';

/** Seconds that a chart has room for. */
const slots = 300;
const height = 180;

/** What a chart is about. */
export interface ChartKind {
  readonly title: string;
  /** A value in words. */
  readonly inWords: (value: number | null) => string;
  /** The top of the axis is never below this. */
  readonly least: number;
}

/** Lines over the last five minutes, with the figures at the pointer. */
export class LineChart {
  readonly element: HTMLElement;
  readonly #kind: ChartKind;
  readonly #grid = draw('g', { class: 'grid' });
  readonly #lines = draw('g', { class: 'lines' });
  readonly #cursor = draw('line', { class: 'cursor', visibility: 'hidden' });
  readonly #svg: SVGSVGElement;
  readonly #key = make('ul', { class: 'chart-key' });
  #series: readonly Series[] = [];
  #times: readonly string[] = [];
  #width = 400;
  #pointed: number | undefined;

  constructor(kind: ChartKind) {
    this.#kind = kind;
    this.#svg = draw('svg', { height, role: 'img', class: 'chart' }, this.#grid, this.#lines, this.#cursor);
    const frame = make('div', { class: 'chart-frame' }, this.#svg);
    this.element = make('div', {}, make('h3', {}, kind.title), this.#key, frame);
    new ResizeObserver(([entry]) => this.#resize(entry?.contentRect.width ?? 0)).observe(frame);
    this.#svg.addEventListener('pointermove', ({ offsetX }) => this.#point(placeAt(offsetX, this.#field, this.#times.length, slots)));
    this.#svg.addEventListener('pointerleave', () => this.#point(undefined));
  }

  /** Shows these lines; `times` says when each value was. */
  show(series: readonly Series[], times: readonly string[]): void {
    this.#series = series;
    this.#times = times;
    const top = topOf(
      series.map(({ values }) => values),
      this.#kind.least,
    );
    this.#grid.replaceChildren(...this.#gridOf(top));
    const paths = series.map((one, place) =>
      draw('path', { d: lineOf(one.values, this.#field, top, slots), 'data-tint': (one.origin ?? place) % 8, 'data-line': place % 8 }),
    );
    this.#lines.replaceChildren(...paths);
    this.#showKey();
  }

  get #field(): Field {
    return { left: 56, top: 10, width: Math.max(10, this.#width - 64), height: height - 36 };
  }

  #resize(width: number): void {
    this.#width = width;
    mark(this.#svg, 'width', String(width));
    this.show(this.#series, this.#times);
  }

  #gridOf(top: number): SVGElement[] {
    const { left, width, top: above, height: tall } = this.#field;
    const marks = marksOf(top).flatMap((value) => {
      const y = yOf(this.#field, value, top);
      const line = draw('line', { x1: left, x2: left + width, y1: y, y2: y });
      return [line, draw('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' }, this.#kind.inWords(value))];
    });
    const below = above + tall + 18;
    const ends = [
      draw('text', { x: left, y: below }, '5 min ago'),
      draw('text', { x: left + width, y: below, 'text-anchor': 'end' }, 'now'),
    ];
    return [...marks, ...ends];
  }

  #point(place: number | undefined): void {
    this.#pointed = place;
    const length = this.#times.length;
    const x = place === undefined ? 0 : xOf(this.#field, place, length, slots);
    const { top, height: tall } = this.#field;
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: top, y2: top + tall })) mark(this.#cursor, name, String(value));
    mark(this.#cursor, 'visibility', place === undefined ? 'hidden' : 'visible');
    this.#showKey();
  }

  /** The name of each line with its latest value, or the one at the pointer. */
  #showKey(): void {
    const place = this.#pointed ?? this.#times.length - 1;
    const entries = this.#series.map(({ name, values }) => `${name} ${this.#kind.inWords(values[place] ?? null)}`);
    const when = this.#pointed === undefined ? 'now' : (this.#times[place] ?? '');
    if (this.#key.children.length !== entries.length + 1) this.#key.replaceChildren(...keyEntries(this.#series));
    for (const [n, text] of [...entries, when].entries()) {
      const label = this.#key.children[n]?.lastElementChild;
      if (label) say(label, text);
    }
    mark(this.#svg, 'aria-label', `${this.#kind.title}. Now: ${entries.join(', ') || 'nothing yet'}`);
  }
}

function keyEntries(series: readonly Series[]): HTMLElement[] {
  const entries = series.map(({ origin }, place) => {
    const sample = draw('svg', { width: 22, height: 10, 'aria-hidden': 'true' }, draw('path', { d: 'M1 5h20' }));
    mark(sample, 'class', 'lines');
    for (const line of sample.children) {
      mark(line, 'data-tint', String((origin ?? place) % 8));
      mark(line, 'data-line', String(place % 8));
    }
    return make('li', {}, sample, make('span'));
  });
  return [...entries, make('li', { class: 'when' }, make('span'))];
}
