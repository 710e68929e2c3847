import type { Board, LiveOrigin } from '../board.ts';
import { button, make, mark, say } from '../elements.ts';
import { ask, problemOf } from '../wire/ask.ts';
import { columns } from './columns.ts';
import { drain, enable, type Place } from './commands.ts';
import { originControls } from './controls.ts';
import { sourceInWords } from './source-words.ts';

/** An origin's row, and the row below it with all that can be done to it. */
export interface OriginRow {
  readonly elements: readonly HTMLElement[];
  readonly show: (origin: LiveOrigin, name: string, board: Board) => void;
}

/** A row of the table. Roles are given in full, since on a narrow screen rows are laid out as cards, which loses them. */
export function originRow(at: Place, tint: number): OriginRow {
  const { id } = at;
  const name = make('span', { class: 'name' });
  const url = make('span', { class: 'line sub' });
  const source = make('span', { class: 'line sub' });
  const cells = columns.map(({ cell }) => cell());
  const quick = drainButton(at);
  const below = make('tr', { class: 'controls-row', role: 'row' });
  below.hidden = true;
  const toBreak = opener(at, below);
  const head = make(
    'th',
    { scope: 'row', role: 'rowheader' },
    make('span', { class: 'name-line' }, make('span', { class: 'swatch', 'aria-hidden': 'true' }), name),
    url,
    source,
  );
  const row = make(
    'tr',
    { role: 'row', 'data-tint': tint % 8 },
    head,
    ...cells.map(({ content }, place) => make('td', { role: 'cell', 'data-label': columns[place]?.heading }, ...content)),
    make('td', { class: 'actions', role: 'cell', 'data-label': 'Do' }, quick.element, toBreak),
  );
  const show = (origin: LiveOrigin, shortName: string, board: Board) => {
    say(name, shortName);
    mark(name, 'title', id);
    say(url, origin.url === `http://${shortName}` ? '' : origin.url);
    say(source, sourceInWords(origin.source));
    mark(row, 'data-state', origin.state);
    for (const cell of cells) cell.show(origin, board);
    quick.show(origin.state);
    quick.element.hidden = board.isReadonly;
    toBreak.hidden = !(board.isDemo && board.breakable.has(id));
    if (toBreak.hidden) below.hidden = true;
  };
  return { elements: [row, below], show };
}

/** The button that opens the controls. */
function opener(at: Place, below: HTMLElement): HTMLElement {
  const cell = make('td', { colspan: columns.length + 2, role: 'cell' });
  below.append(cell);
  let look: (() => void) | undefined;
  const open = button(
    'Break…',
    () => {
      if (!look) {
        const made = originControls(at);
        cell.append(made.panel);
        look = made.look;
      }
      below.hidden = !below.hidden;
      mark(open, 'aria-expanded', String(!below.hidden));
      if (!below.hidden) look();
    },
    { 'aria-expanded': 'false', 'aria-label': `Break ${at.id}: slow, fail, hang, capacity, crash…`, class: 'small' },
  );
  return open;
}

/** Drain or enable, whichever makes sense now. */
function drainButton(at: Place): { element: HTMLElement; show: (state: LiveOrigin['state']) => void } {
  let isOut = false;
  const note = make('span', { class: 'note', role: 'alert' });
  const act = async () => {
    say(note, '');
    await ask(isOut ? enable(at) : drain(at)).catch((problem: unknown) => say(note, problemOf(problem)));
  };
  const element = button('Drain', () => void act(), { class: 'small' });
  const show = (state: LiveOrigin['state']) => {
    isOut = state === 'draining' || state === 'drained';
    say(element, isOut ? 'Enable' : 'Drain');
    mark(element, 'aria-label', `${isOut ? 'Enable' : 'Drain'} ${at.id}`);
  };
  return { element: make('span', { class: 'quick' }, element, note), show };
}
