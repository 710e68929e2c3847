import type { AcmeHostReport } from '../../api.ts';
import type { Board } from '../board.ts';
import { byId, make } from '../elements.ts';
import type { View } from '../painter.ts';
import { certificateWords } from './words.ts';

/** How the certificates stand that are had by themselves; nothing where none are. */
export function certificateTable(board: Board): View {
  const heads = ['Host', 'Certificate', 'What comes next'].map((text) => make('th', { scope: 'col' }, text));
  const body = make('tbody');
  const table = make('table', { 'aria-labelledby': 'acme-title' }, make('thead', {}, make('tr', {}, ...heads)), body);
  byId('acme').append(make('div', { class: 'route-list', role: 'group', tabindex: 0, 'aria-labelledby': 'acme-title' }, table));
  const card = byId('acme-card');
  let shown = '';
  const paint = () => {
    const { hosts = [] } = board.status?.acme ?? {};
    card.hidden = hosts.length === 0;
    const state = JSON.stringify(hosts);
    if (state === shown) return;
    shown = state;
    body.replaceChildren(...hosts.map(rowOf));
  };
  return { paint, every: 1000 };
}

function rowOf(report: AcmeHostReport): HTMLElement {
  const { state, next } = certificateWords(report);
  const why = report.problem === null ? [] : [make('span', { class: 'line' }, report.problem)];
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, report.host),
    make('td', {}, state),
    make('td', {}, make('span', { class: 'line' }, next), ...why),
  );
}
