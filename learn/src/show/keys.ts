import { button, make, mark, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import type { KeysView } from '../chapter.ts';
import { keysOf, type Moves, movesOf, placesOf } from '../lab/key-places.ts';

/** The most origins that may be added: there are tints for so many. */
const mostOrigins = 8;

/** The origin that leaves, by its number from 0, and what it is called. */
const leaver = 1;
const leaverName = `origin-${leaver + 1}`;

/** Grids of keys, one for each way to place them, and buttons that take an origin away or bring one. */
export function keyGrids(view: KeysView): HTMLElement {
  return new KeyGrids(view).element;
}

class KeyGrids {
  readonly element: HTMLElement;
  readonly #view: KeysView;
  readonly #keys: readonly string[];
  readonly #grids: readonly KeyGrid[];
  readonly #remove = button(`Remove ${leaverName}`, () => this.#toggle(), { class: 'small' });
  readonly #add = button('Add one', () => this.#change([...this.#origins, Math.max(...this.#origins) + 1]), { class: 'small' });
  readonly #news = make('p', { class: 'sub', role: 'status' });
  readonly #table = make('tbody');
  #before: readonly number[] = [];
  #origins: readonly number[] = [];

  constructor(view: KeysView) {
    this.#view = view;
    this.#keys = keysOf(view.keys);
    this.#grids = view.ways.map(({ label }) => new KeyGrid(label, this.#keys));
    const again = button('From the beginning', () => this.#begin(), { class: 'small quiet' });
    const heads = ['key', ...view.ways.map(({ label }) => label)].map((text) => make('th', { scope: 'col' }, text));
    this.element = make(
      'div',
      { class: 'keys' },
      make('div', { class: 'key-buttons' }, this.#remove, this.#add, again, this.#news),
      make('div', { class: 'key-grids' }, ...this.#grids.map(({ element }) => element)),
      make(
        'details',
        { class: 'twin' },
        make('summary', {}, 'The same as a table'),
        make('table', {}, make('thead', {}, make('tr', {}, ...heads)), this.#table),
      ),
    );
    this.#begin();
  }

  #begin(): void {
    this.#origins = Array.from({ length: this.#view.origins }, (_, number) => number);
    this.#change(this.#origins);
  }

  #toggle(): void {
    const isThere = this.#origins.includes(leaver);
    const others = this.#origins.filter((number) => number !== leaver);
    this.#change(isThere ? others : [...others, leaver].sort((a, b) => a - b));
  }

  #change(origins: readonly number[]): void {
    this.#before = this.#origins;
    this.#origins = origins;
    say(this.#remove, origins.includes(leaver) ? `Remove ${leaverName}` : `Put ${leaverName} back`);
    this.#add.disabled = Math.max(...origins) + 1 >= mostOrigins;
    this.#show();
  }

  #show(): void {
    const [before, after] = [this.#before, this.#origins];
    const sides = this.#view.ways.map(({ way }) => ({ from: placesOf(way, this.#keys, before), to: placesOf(way, this.#keys, after) }));
    for (const [place, { from, to }] of sides.entries()) {
      this.#grids[place]?.show(from, to, sentenceOf(movesOf(from, to, { before, after })));
    }
    say(this.#news, `The servers are ${after.map((number) => number + 1).join(', ')}.`);
    const rows = this.#keys.map((key, place) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, key),
        ...sides.map(({ from, to }) => make('td', {}, moveOf(from[place] ?? 0, to[place] ?? 0))),
      ),
    );
    this.#table.replaceChildren(...rows);
  }
}

/** The keys as they are placed by one way, each in its origin's colour and with its number; who has moved has a border and says from where. */
class KeyGrid {
  readonly element: HTMLElement;
  readonly #sentence = make('p', { class: 'moves', role: 'status' });
  readonly #cells: readonly HTMLElement[];

  constructor(label: string, keys: readonly string[]) {
    this.#cells = keys.map((key) => make('span', { class: 'key', title: key }));
    // What is seen here is told by the sentence and the table.
    const grid = make('div', { class: 'key-cells', 'aria-hidden': 'true' }, ...this.#cells);
    this.element = make('figure', { class: 'key-grid' }, make('figcaption', {}, label), grid, this.#sentence);
  }

  show(from: readonly number[], to: readonly number[], sentence: string): void {
    say(this.#sentence, sentence);
    for (const [place, cell] of this.#cells.entries()) {
      const [was, is] = [from[place] ?? 0, to[place] ?? 0];
      mark(cell, 'data-tint', String(is % mostOrigins));
      mark(cell, 'data-moved', was === is ? undefined : '');
      say(cell, moveOf(was, is));
    }
  }
}

function sentenceOf({ stayed, moved, needless }: Moves): string {
  const keys = stayed + moved;
  return moved === 0
    ? `${keys} keys, nobody has moved.`
    : `${keys} keys: ${stayed} stayed, ${moved} moved, ${needless || 'none'} of them needlessly.`;
}

function moveOf(from: number, to: number): string {
  return from === to ? String(to + 1) : `${from + 1}→${to + 1}`;
}
