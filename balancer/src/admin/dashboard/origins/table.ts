import type { Board } from '../board.ts';
import { byId, make } from '../elements.ts';
import { shortNames } from '../names.ts';
import type { View } from '../painter.ts';
import { columns } from './columns.ts';
import { type OriginRow, originRow } from './row.ts';

/** Every origin with all its figures and controls. Rows stay where they are, so that open controls stay open. */
export function originTable(board: Board): View {
  const head = make(
    'tr',
    { role: 'row' },
    heading('Origin', 'Its name and where it is'),
    ...columns.map(({ heading: text, about }) => heading(text, about)),
  );
  head.append(heading('Do', 'What you can do to it'));
  const body = make('tbody', { role: 'rowgroup' });
  const table = make('table', { role: 'table', 'aria-labelledby': 'origins-title' }, make('thead', { role: 'rowgroup' }, head), body);
  const empty = make('p', { class: 'empty' }, 'No origins are known yet.');
  byId('origins').append(empty, table);
  let rows = new Map<string, OriginRow>();
  const paint = () => {
    const { origins } = board;
    const names = shortNames(origins.map(({ id }) => id));
    const { side } = board;
    const keys = origins.map(({ id }) => `${side} ${id}`);
    if ([...rows.keys()].join() !== keys.join()) {
      rows = new Map(origins.map(({ id }, place) => [`${side} ${id}`, rows.get(`${side} ${id}`) ?? originRow({ side, id }, place)]));
      body.replaceChildren(...[...rows.values()].flatMap(({ elements }) => elements));
    }
    empty.hidden = origins.length > 0;
    for (const origin of origins) rows.get(`${side} ${origin.id}`)?.show(origin, names.get(origin.id) ?? origin.id, board);
  };
  return { paint, every: 300 };
}

function heading(text: string, about: string): HTMLElement {
  return make('th', { scope: 'col', role: 'columnheader', title: about }, text);
}
