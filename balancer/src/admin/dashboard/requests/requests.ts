import type { ExchangeBrief } from '../../api.ts';
import type { Board } from '../board.ts';
import { byId, make, say } from '../elements.ts';
import type { View } from '../painter.ts';
import type { WhyPanel } from '../why/panel.ts';
import { passes } from './filter.ts';
import { filterFields } from './filters.ts';
import { RequestListBox } from './list.ts';
import { looksOf } from './looks.ts';

/** The latest requests, to be filtered and chosen from. */
export function requestList(board: Board, why: WhyPanel): View {
  let held: readonly ExchangeBrief[] = [];
  const list = new RequestListBox(why.open);
  const empty = make('p', { class: 'empty' });
  const show = () => {
    const looks = looksOf(board.all);
    const filter = fields.value();
    const shown = held.filter((exchange) => passes(exchange, filter));
    list.show(shown, (id, pool = board.pool?.name) => looks.get(`${pool} ${id}`) ?? { name: id, tint: 0 });
    say(fields.count, shown.length === held.length ? `${held.length} shown` : `${shown.length} of ${held.length}`);
    empty.hidden = shown.length > 0;
    say(empty, held.length > 0 ? 'No request passes this filter.' : firstSteps(board));
  };
  const fields = filterFields(show);
  why.opened = (id) => list.mark(id);
  why.back = () => list.element.focus();
  byId('requests').append(fields.element, list.element, empty);
  const paint = () => {
    held = board.exchanges();
    fields.offer(board);
    show();
  };
  return { paint, every: 250 };
}

function firstSteps({ status }: Board): string {
  return `No requests yet. Run curl ${location.hostname}:${status?.port ?? 8080}, or start traffic above.`;
}
