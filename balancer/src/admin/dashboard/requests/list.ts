import type { ExchangeBrief } from '../../api.ts';
import { make, mark } from '../elements.ts';
import { type LookOf, type RequestRow, requestRow } from './row.ts';
import { rowAfter, scrollTo, sliceAt } from './viewport.ts';

/** A long list of exchanges of which only what can be seen is on the page. */
export class RequestListBox {
  readonly element = make('div', { class: 'request-list', role: 'listbox', tabindex: 0, 'aria-label': 'Requests, latest first' });
  readonly #sheet = make('div', { class: 'request-sheet', role: 'presentation' });
  readonly #rows: RequestRow[] = [];
  readonly #choose: (id: string) => void;
  #exchanges: readonly ExchangeBrief[] = [];
  #lookOf: LookOf = (id) => ({ name: id, tint: 0 });
  #active = '';
  #chosen = '';

  constructor(choose: (id: string) => void) {
    this.#choose = choose;
    this.element.append(this.#sheet);
    this.element.addEventListener('scroll', () => this.#draw(), { passive: true });
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('mousedown', (event) => event.button === 0 && this.#chooseAt(event));
    this.element.addEventListener('click', (event) => isWithoutPress(event) && this.#chooseAt(event));
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** Shows these exchanges. Whoever has scrolled away from the top keeps what they look at where it is. */
  show(exchanges: readonly ExchangeBrief[], lookOf: LookOf): void {
    const { scrollTop } = this.element;
    const row = this.#rowHeight;
    const held = scrollTop > 0 ? this.#exchanges[Math.floor(scrollTop / row)]?.id : undefined;
    this.#exchanges = exchanges;
    this.#lookOf = lookOf;
    this.#sheet.style.blockSize = `${exchanges.length * row}px`;
    const place = held === undefined ? -1 : this.#placeOf(held);
    if (place >= 0) this.element.scrollTop = place * row + (scrollTop % row);
    this.#draw();
  }

  /** Shows which one is explained beside the list. */
  mark(id: string): void {
    this.#chosen = id;
    this.#active = id;
    this.#draw();
  }

  get #rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row')) || 36;
  }

  #placeOf(id: string): number {
    return this.#exchanges.findIndex((exchange) => exchange.id === id);
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const { from, to } = sliceAt(scrollTop, clientHeight, this.#rowHeight, this.#exchanges.length);
    while (this.#rows.length < to - from) this.#addRow();
    for (const [n, row] of this.#rows.entries()) this.#fill(row, from + n, to);
    const active = this.#rows.find((row) => row.id() === this.#active && !row.element.hidden);
    mark(this.element, 'aria-activedescendant', active?.element.id);
  }

  #fill(row: RequestRow, place: number, to: number): void {
    const exchange = place < to ? this.#exchanges[place] : undefined;
    row.element.hidden = !exchange;
    if (!exchange) {
      row.rest();
      return;
    }
    row.show(exchange, place, this.#exchanges.length, this.#lookOf);
    mark(row.element, 'aria-selected', String(exchange.id === this.#chosen));
    mark(row.element, 'data-active', exchange.id === this.#active ? '' : undefined);
  }

  #addRow(): void {
    const row = requestRow();
    this.#rows.push(row);
    this.#sheet.append(row.element);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && this.#active !== '') this.#choose(this.#active);
    const { clientHeight } = this.element;
    const page = Math.max(1, Math.floor(clientHeight / this.#rowHeight) - 1);
    const next = rowAfter(event.key, this.#placeOf(this.#active), this.#exchanges.length, page);
    if (next === undefined) return;
    event.preventDefault();
    this.#active = this.#exchanges[next]?.id ?? '';
    this.element.scrollTop = scrollTo(next, this.element.scrollTop, clientHeight, this.#rowHeight);
    this.#draw();
  }

  /** When a button is pressed, not when it is let go: by then a live list may have moved on, or the browser sees no click. */
  #chooseAt({ target }: MouseEvent): void {
    const row = this.#rows.find(({ element }) => target instanceof Node && element.contains(target));
    if (row) this.#choose(row.id());
  }
}

/** A click that a program made, such as a screen reader. */
function isWithoutPress({ detail }: MouseEvent): boolean {
  return detail === 0;
}
