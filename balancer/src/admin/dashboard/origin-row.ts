import type { OriginReport, Probe } from '../api.ts';
import { button, commandLine, type Tell } from './controls.ts';
import { html, say, svg } from './elements.ts';
import { actionsFor } from './faults.ts';
import { hueOf } from './palette.ts';
import { clock, count, ms, percent, perSecond, stateShapes } from './words.ts';

/** The columns between the name and the end, with their headings as narrow screens show them. */
const columns = {
  weight: 'weight',
  picks: 'picks',
  share: 'share (expected)',
  inFlight: 'in flight',
  rate: 'requests/s',
  latency: 'p50 / p95 / p99, last 10 s',
  answers: 'answers 2xx / 3xx / 4xx / 5xx',
  errors: 'no connection / too late / broken',
  retries: 'retried elsewhere',
  probes: 'last probes',
} as const;

type Column = keyof typeof columns;

/** One origin in the table: a row of figures, and a row of buttons under it. */
export class OriginRow {
  readonly rows: readonly HTMLTableRowElement[];
  readonly #state = html('span', { class: 'state' });
  readonly #reason = html('span', { class: 'reason' });
  readonly #cells: Readonly<Record<Column, HTMLTableCellElement>>;
  readonly #row: HTMLTableRowElement;

  constructor(id: string, place: number, tell: Tell) {
    const names = Object.keys(columns) as Column[];
    this.#cells = Object.fromEntries(names.map((name) => [name, html('td', { 'data-label': columns[name] })])) as Record<
      Column,
      HTMLTableCellElement
    >;
    const name = html('span', { class: 'name' }, html('span', { class: `swatch ${hueOf(place)}`, 'aria-hidden': 'true' }), id);
    this.#row = html(
      'tr',
      { class: 'figures' },
      html('th', { scope: 'row' }, name, this.#state, this.#reason),
      ...Object.values(this.#cells),
    );
    this.rows = [this.#row, html('tr', { class: 'controls' }, html('td', { colspan: names.length + 1 }, controls(id, tell)))];
  }

  draw(origin: OriginReport, allPicks: number): void {
    const { state, summary, weight, effectiveWeight, picks, expectedShare, inFlight, recent, outcomes, retriesAway } = origin;
    this.#row.dataset['state'] = state;
    say(this.#state, `${stateShapes[state] ?? ''} ${state}`);
    say(this.#reason, summary.replace(/^\w+ /, 'for ').replace(/^for (.*?): /, 'for $1: '));
    this.#say('weight', effectiveWeight === weight ? `${weight}` : `${weight} (now ${Number(effectiveWeight.toFixed(2))})`);
    this.#say('picks', count(picks));
    this.#say('share', `${percent(allPicks > 0 ? picks / allPicks : 0)} (${percent(expectedShare)})`);
    this.#say('inFlight', count(inFlight));
    this.#say('rate', perSecond(recent.perSecond));
    this.#say('latency', recent.n > 0 ? `${ms(recent.p50)} / ${ms(recent.p95)} / ${ms(recent.p99)}, n = ${count(recent.n)}` : '–');
    this.#say('answers', [outcomes['2xx'], outcomes['3xx'], outcomes['4xx'], outcomes['5xx']].map(count).join(' / '));
    this.#say('errors', [outcomes.connectErrors, outcomes.timeouts, outcomes.broken].map(count).join(' / '));
    this.#say('retries', count(retriesAway));
    this.#drawProbes(origin.probes);
  }

  #say(column: Column, text: string): void {
    say(this.#cells[column], text);
  }

  #drawProbes(probes: readonly Probe[]): void {
    const cell = this.#cells.probes;
    const latest = String(probes.at(-1)?.at);
    if (cell.dataset['latest'] === latest) return;
    cell.dataset['latest'] = latest;
    const bad = probes.filter(({ problem }) => problem !== undefined).length;
    const words = `${probes.length - bad} good, ${bad} bad`;
    const strip = svg(
      'svg',
      { class: 'probes', viewBox: '0 0 120 14', width: 120, height: 14, role: 'img', 'aria-label': words },
      ...probes.map(probeMark),
    );
    cell.replaceChildren(strip);
  }
}

/** A good probe is a bar, a bad one a cross. */
function probeMark({ at, tookMs, problem }: Probe, index: number): SVGPathElement {
  const x = index * 6 + 2;
  const title = svg('title', {}, `${clock(at)}: ${problem ?? 'well'}, after ${ms(tookMs)}`);
  return problem === undefined
    ? svg('path', { class: 'well', d: `M${x} 2V12` }, title)
    : svg('path', { class: 'bad', d: `M${x - 2} 4l4 6m0 -6l-4 6` }, title);
}

function controls(id: string, tell: Tell): HTMLElement {
  const actions = actionsFor(id);
  const [first] = actions;
  const { row, command } = commandLine(first?.order() ?? { method: 'GET', path: '/api/status' });
  const buttons = actions.map((action) => button(action, command, (message) => tell(`${id}, ${message}`)));
  return html('div', { class: 'actions' }, html('div', { class: 'buttons', role: 'group', 'aria-label': `Change ${id}` }, ...buttons), row);
}
