import type { Second } from '../api.ts';
import { byId, html, say, svg } from './elements.ts';
import type { Model } from './model.ts';
import { hueOf } from './palette.ts';
import { type Line, niceEnd, pathOf } from './scale.ts';
import { clock, count, ms } from './words.ts';

/** Seconds that a chart has room for. */
const room = 300;

/** Rows of a table twin. */
const tableRows = 30;

const size = { width: 600, height: 120 };

interface Chart {
  readonly id: string;
  readonly unit: (value: number | null) => string;
  readonly lines: (seconds: readonly Second[], ids: readonly string[]) => readonly Line[];
}

const charts: readonly Chart[] = [
  {
    id: 'latency',
    unit: ms,
    lines: (seconds) => [
      { name: 'p50', hue: 'line-a', values: seconds.map(({ p50 }) => p50) },
      { name: 'p99', hue: 'line-b', values: seconds.map(({ p99 }) => p99) },
    ],
  },
  { id: 'rate', unit: (value) => `${count(value ?? 0)}/s`, lines: byOrigin('attempts') },
  { id: 'errors', unit: (value) => `${count(value ?? 0)}/s`, lines: byOrigin('errors') },
];

function byOrigin(field: 'attempts' | 'errors'): Chart['lines'] {
  return (seconds, ids) =>
    ids.map((id, place) => ({ name: id, hue: hueOf(place), values: seconds.map((second) => second[field][id] ?? null) }));
}

/** The charts of the last five minutes, each with a table that says the same. */
export class Charts {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    for (const { id } of charts) byId(`table-${id}`).parentElement?.addEventListener('toggle', () => this.draw());
  }

  draw(): void {
    if (document.hidden) return;
    const { seconds, status } = this.#model;
    const ids = status?.origins.map(({ id }) => id) ?? [];
    for (const chart of charts) drawChart(chart, seconds, chart.lines(seconds, ids));
  }
}

function drawChart({ id, unit }: Chart, seconds: readonly Second[], lines: readonly Line[]): void {
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const end = niceEnd(most);
  const paths = lines.map(({ values, hue }) => svg('path', { class: `curve ${hue}`, d: pathOf(values, end, size, room) }));
  const middle = size.height / 2;
  const chart = svg(
    'svg',
    { viewBox: `0 -4 ${size.width} ${size.height + 8}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { class: 'ground', d: `M0 ${size.height}H${size.width}M0 ${middle}H${size.width}M0 0H${size.width}` }),
    ...paths,
  );
  byId(`chart-${id}`).replaceChildren(html('span', { class: 'axis' }, unit(end)), chart, html('span', { class: 'axis' }, '0'));
  byId(`legend-${id}`).replaceChildren(...lines.map((line) => legendOf(line, unit)));
  const table = byId(`table-${id}`);
  if ((table.parentElement as HTMLDetailsElement).open) fillTable(table, seconds, lines, unit);
}

function legendOf({ name, hue, values }: Line, unit: Chart['unit']): HTMLElement {
  const latest = html('b');
  say(latest, unit(values.findLast((value) => value !== null) ?? null));
  return html('li', {}, html('span', { class: `swatch ${hue}`, 'aria-hidden': 'true' }), `${name} `, latest);
}

function fillTable(table: HTMLElement, seconds: readonly Second[], lines: readonly Line[], unit: Chart['unit']): void {
  const head = html('tr', {}, ...['time', ...lines.map(({ name }) => name)].map((name) => html('th', { scope: 'col' }, name)));
  const first = Math.max(0, seconds.length - tableRows);
  const rows = seconds
    .slice(first)
    .map(({ at }, index) =>
      html(
        'tr',
        {},
        html('th', { scope: 'row' }, clock(at)),
        ...lines.map(({ values }) => html('td', {}, unit(values[first + index] ?? null))),
      ),
    );
  table.replaceChildren(html('thead', {}, head), html('tbody', {}, ...rows.reverse()));
}
