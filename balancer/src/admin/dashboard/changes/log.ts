import type { Board } from '../board.ts';
import { byId, make } from '../elements.ts';
import { clock } from '../figures.ts';
import type { View } from '../painter.ts';
import { Changes } from './changes.ts';
import { Throttle } from './throttle.ts';

/** The most entries that are shown. */
const most = 5;

/** Says what has changed, for eyes and for screen readers, never faster than it can be heard. */
export function changeLog(board: Board): View {
  const list = byId('changes');
  const changes = new Changes();
  const throttle = new Throttle();
  const paint = () => {
    if (board.status) throttle.add(changes.note(board.pools, board.all));
    const text = throttle.take(performance.now());
    if (text === undefined) return;
    list.prepend(make('li', {}, make('time', {}, clock(Date.now())), ` ${text}`));
    for (const old of [...list.children].slice(most)) old.remove();
  };
  return { paint, every: 200 };
}
