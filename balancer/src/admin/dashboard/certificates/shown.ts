import type { CertificateReport } from '../../api.ts';
import type { Board } from '../board.ts';
import { byId, make } from '../elements.ts';
import type { View } from '../painter.ts';
import { lifeLeft } from './life-left.ts';

/** The certificates that clients are shown, and how long they last; nothing where there are none. */
export function shownCertificates(board: Board): View {
  const heads = ['Names', 'Lasts', 'From'].map((text) => make('th', { scope: 'col' }, text));
  const body = make('tbody');
  const table = make('table', { 'aria-labelledby': 'shown-title' }, make('thead', {}, make('tr', {}, ...heads)), body);
  byId('shown').append(make('div', { class: 'route-list', role: 'group', tabindex: 0, 'aria-labelledby': 'shown-title' }, table));
  const card = byId('shown-card');
  let shown = '';
  const paint = () => {
    const { certificates = [] } = board.status ?? {};
    card.hidden = certificates.length === 0;
    const rows = certificates.map((certificate) => [certificate, lifeLeft(certificate.expires, Date.now())] as const);
    const state = JSON.stringify(rows);
    if (state === shown) return;
    shown = state;
    body.replaceChildren(...rows.map(rowOf));
  };
  return { paint, every: 1000 };
}

function rowOf([{ names, file }, life]: readonly [CertificateReport, string]): HTMLElement {
  return make('tr', {}, make('th', { scope: 'row' }, names.join(', ')), make('td', {}, life), make('td', {}, file));
}
