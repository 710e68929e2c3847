import type { RouteReport } from '../../api.ts';
import type { Board } from '../board.ts';
import { byId, make } from '../elements.ts';
import { percent } from '../figures.ts';
import type { View } from '../painter.ts';
import { hashOf } from '../pools/chosen.ts';

/** Who goes where, in the order in which routes are tried; nothing where there are none. */
export function routeTable(board: Board): View {
  const heads = ['Route', 'What becomes of what it takes', 'Limits and changes'].map((text) => make('th', { scope: 'col' }, text));
  const body = make('tbody');
  const table = make('table', { 'aria-labelledby': 'routes-title' }, make('thead', {}, make('tr', {}, ...heads)), body);
  byId('routes').append(make('div', { class: 'route-list', role: 'group', tabindex: 0, 'aria-labelledby': 'routes-title' }, table));
  const card = byId('routes-card');
  let shown = '';
  const paint = () => {
    const { routes = [] } = board.status ?? {};
    card.hidden = routes.length === 0;
    const tints = new Map(board.pools.map(({ name }, place) => [name, place % 8]));
    const state = JSON.stringify([routes, [...tints]]);
    if (state === shown) return;
    shown = state;
    body.replaceChildren(...routes.map((route) => rowOf(route, tints)));
  };
  return { paint, every: 1000 };
}

type Tints = ReadonlyMap<string, number>;

function rowOf({ name, does, limits, changes, pools }: RouteReport, tints: Tints): HTMLElement {
  const bar = pools.length > 1 ? [shareBar(pools, tints)] : [];
  const notes = [...limits, ...changes].map((text) => make('span', { class: 'line' }, text));
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, name),
    make('td', {}, make('span', { class: 'line' }, does), ...bar, ...linksTo(pools, tints)),
    make('td', {}, ...notes),
  );
}

/** The shares of a split, side by side; in words they stand above it. */
function shareBar(pools: RouteReport['pools'], tints: Tints): HTMLElement {
  const parts = pools.map(({ pool, share }) => {
    const part = make('span', { 'data-tint': tints.get(pool), title: `${pool} ${percent(share)}` });
    part.style.flexGrow = String(share);
    return part;
  });
  return make('span', { class: 'split', 'aria-hidden': 'true' }, ...parts);
}

/** A way to each pool, where there are several to choose from. */
function linksTo(pools: RouteReport['pools'], tints: Tints): HTMLElement[] {
  if (tints.size < 2 || pools.length === 0) return [];
  const links = pools.map(({ pool }) =>
    make(
      'a',
      { href: hashOf(pool), 'data-tint': tints.get(pool) },
      make('span', { class: 'swatch', 'aria-hidden': 'true' }),
      make('span', { class: 'unseen' }, 'show pool '),
      pool,
    ),
  );
  return [make('span', { class: 'line route-pools' }, ...links)];
}
