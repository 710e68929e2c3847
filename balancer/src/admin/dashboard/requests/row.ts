import type { ExchangeBrief } from '../../api.ts';
import { make, mark, say } from '../elements.ts';
import { duration, fineClock } from '../figures.ts';
import { answerOf, outcomeOf } from '../outcome.ts';
import type { Look } from './looks.ts';

const shapes = { running: '◌', answered: '●', failed: '◆' } as const;

/** A row of the list; it is used again for other exchanges as the list scrolls. */
export interface RequestRow {
  readonly element: HTMLElement;
  readonly show: (exchange: ExchangeBrief, place: number, all: number, lookOf: LookOf) => void;
  /** Forgets what it showed: another row may show that by now. */
  readonly rest: () => void;
  /** The exchange that it shows. */
  readonly id: () => string;
}

/** How an origin of a pool is shown; without the pool's name, of the only one. */
export type LookOf = (id: string, pool: string | undefined) => Look;

/** Makes a row. */
export function requestRow(): RequestRow {
  const time = make('span', { class: 'r-time' });
  const what = make('span', { class: 'r-what' });
  const way = make('span', { class: 'r-way' });
  const shape = make('span', { class: 'shape', 'aria-hidden': 'true' });
  const answer = make('span');
  const took = make('span', { class: 'r-took' });
  const element = make(
    'div',
    { class: 'request', role: 'option' },
    time,
    what,
    way,
    make('span', { class: 'r-answer' }, shape, answer),
    took,
  );
  let shown = '';
  let last: ExchangeBrief | undefined;
  const show = (exchange: ExchangeBrief, place: number, all: number, lookOf: LookOf) => {
    element.style.transform = `translateY(calc(${place} * var(--row)))`;
    mark(element, 'aria-posinset', String(place + 1));
    mark(element, 'aria-setsize', String(all));
    if (exchange === last) return;
    last = exchange;
    shown = exchange.id;
    mark(element, 'id', `request-${exchange.id}`);
    const outcome = outcomeOf(exchange);
    mark(element, 'data-outcome', outcome);
    say(time, fineClock(exchange.at));
    say(what, `${exchange.method} ${exchange.target}`);
    way.replaceChildren(...wayOf(exchange, lookOf));
    say(shape, shapes[outcome]);
    say(answer, answerOf(exchange));
    say(took, exchange.ms === null ? '' : duration(exchange.ms));
  };
  const rest = () => {
    last = undefined;
    shown = '';
    element.removeAttribute('id');
  };
  return { element, show, rest, id: () => shown };
}

/** The pool that its route led to, and the origins that it went to, one after the other; why the last one failed, if that is no news from the status. */
function wayOf({ attempts, pool, status }: ExchangeBrief, lookOf: LookOf): Node[] {
  const into = pool === undefined ? [] : [make('span', { class: 'way-pool' }, `${pool} `)];
  if (attempts.length === 0) return [...into, document.createTextNode('no origin')];
  const way = attempts.flatMap(({ origin, result, isFailure }, place) => {
    const { name, tint } = lookOf(origin, pool);
    const label = make('span', { class: 'way-origin', 'data-tint': tint % 8 }, name);
    const isLast = place === attempts.length - 1;
    const reason = isLast ? ` ${result}` : ' ✕';
    const why = isFailure && result !== String(status) ? [make('span', { class: 'way-failure', title: result ?? '' }, reason)] : [];
    return place === 0 ? [label, ...why] : [document.createTextNode(' → '), label, ...why];
  });
  return [...into, ...way];
}
