import type { PoolReport } from '../../api.ts';
import type { Board } from '../board.ts';
import { byId, make, mark, say } from '../elements.ts';
import type { View } from '../painter.ts';
import { hashOf, poolIn, tabAfter } from './chosen.ts';
import { newsOf, workOf } from './pool-words.ts';

interface Tab {
  readonly element: HTMLButtonElement;
  readonly show: (pool: PoolReport, isChosen: boolean) => void;
}

/** Headings that say which pool the page is about, where there are several. */
const headings = { 'picture-title': 'Right now', 'origins-title': 'Origins', 'charts-title': 'The last 5 minutes' };

/**
 * A row of tabs, one for each pool where there are several: it says how each is, and chooses what the page is about. The choice stands in
 * the page's address. `changed` is called once there is another.
 */
export function poolTabs(board: Board, changed: () => void): View {
  const row = byId('pools');
  let tabs = new Map<string, Tab>();
  const choose = (name: string) => {
    if (name === board.pool?.name) return;
    board.choose(name);
    history.replaceState(null, '', hashOf(name));
    changed();
  };
  const follow = () => {
    const name = poolIn(location.hash);
    // Anything else that an address may have there is a place on the page.
    if (name === undefined && location.hash !== '') return;
    board.choose(name ?? '');
    changed();
  };
  row.addEventListener('keydown', (event) => {
    const names = [...tabs.keys()];
    const next = tabAfter(event.key, names.indexOf(board.pool?.name ?? ''), names.length);
    const name = next === undefined ? undefined : names[next];
    if (name === undefined) return;
    event.preventDefault();
    choose(name);
    tabs.get(name)?.element.focus();
  });
  addEventListener('hashchange', follow);
  board.choose(poolIn(location.hash) ?? '');
  const paint = () => {
    const names = board.pools.map(({ name }) => name);
    if (names.join() !== [...tabs.keys()].join()) {
      tabs = new Map(names.map((name) => [name, tabs.get(name) ?? tabOf(name, choose)]));
      row.replaceChildren(...[...tabs.values()].map(({ element }) => element));
    }
    for (const pool of board.pools) tabs.get(pool.name)?.show(pool, pool === board.pool);
    sayWhich(board.isOneOfSeveral ? board.pool?.name : undefined);
  };
  return { paint, every: 200 };
}

/** Says which pool the page is about; nothing where there is only one. */
function sayWhich(pool: string | undefined): void {
  byId('pools').hidden = pool === undefined;
  for (const [id, heading] of Object.entries(headings)) say(byId(id), pool === undefined ? heading : `${heading} in ${pool}`);
  say(byId('policy-label'), pool === undefined ? 'Policy' : `Policy of ${pool}`);
  const scene = byId('scene');
  mark(scene, 'role', pool === undefined ? undefined : 'tabpanel');
  mark(scene, 'tabindex', pool === undefined ? undefined : '0');
  mark(scene, 'aria-labelledby', pool === undefined ? undefined : idOf(pool));
}

function tabOf(name: string, choose: (name: string) => void): Tab {
  const about = make('span', { class: 'sub' });
  const news = make('span', { class: 'pool-news' });
  const attributes = { type: 'button', role: 'tab', id: idOf(name), 'aria-controls': 'scene', class: 'pool' };
  const element = make('button', attributes, make('strong', {}, name), about, news);
  element.addEventListener('click', () => choose(name));
  const show = (pool: PoolReport, isChosen: boolean) => {
    say(about, `${pool.policy} · ${workOf(pool)}`);
    say(news, newsOf(pool));
    mark(element, 'aria-selected', String(isChosen));
    mark(element, 'tabindex', isChosen ? '0' : '-1');
  };
  return { element, show };
}

function idOf(pool: string): string {
  return `pool-${pool}`;
}
