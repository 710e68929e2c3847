import { make } from '../elements.ts';
import type { Series } from './series.ts';

/** The same figures as a table, for whoever can't see the lines. It is filled only while it is open. */
export class TableTwin {
  readonly element: HTMLDetailsElement;
  readonly #head = make('tr');
  readonly #body = make('tbody');
  readonly #inWords: (value: number | null) => string;
  #series: readonly Series[] = [];
  #times: readonly string[] = [];

  constructor(title: string, inWords: (value: number | null) => string) {
    this.#inWords = inWords;
    const caption = make('caption', { class: 'unseen' }, `${title}, each second, latest first`);
    const table = make('table', {}, caption, make('thead', {}, this.#head), this.#body);
    const frame = make('div', { class: 'twin', tabindex: 0, role: 'region', 'aria-label': `${title} as a table` }, table);
    this.element = make('details', {}, make('summary', {}, 'As a table'), frame);
    this.element.addEventListener('toggle', () => this.#fill());
  }

  /** Notes the figures; they are written when somebody looks. */
  show(series: readonly Series[], times: readonly string[]): void {
    this.#series = series;
    this.#times = times;
    this.#fill();
  }

  #fill(): void {
    if (!this.element.open) return;
    const names = ['time', ...this.#series.map(({ name }) => name)];
    this.#head.replaceChildren(...names.map((name) => make('th', { scope: 'col' }, name)));
    const rows = this.#times.map((time, place) => this.#row(time, place));
    this.#body.replaceChildren(...rows.reverse());
  }

  #row(time: string, place: number): HTMLElement {
    const cells = this.#series.map(({ values }) => make('td', {}, this.#inWords(values[place] ?? null)));
    return make('tr', {}, make('th', { scope: 'row' }, time), ...cells);
  }
}
