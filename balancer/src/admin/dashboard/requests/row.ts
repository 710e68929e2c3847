import type { ExchangeBrief } from '../../api.ts';
import { make, mark, say } from '../elements.ts';
import { duration, fineClock } from '../figures.ts';
import { answerOf, outcomeOf } from '../outcome.ts';

const shapes = { running: '◌', answered: '●', failed: '◆' } as const;

/** A row of the list; it is used again for other exchanges as the list scrolls. */
export interface RequestRow {
  readonly element: HTMLElement;
  readonly show: (exchange: ExchangeBrief, place: number, all: number, tintOf: TintOf) => void;
  /** Forgets what it showed: another row may show that by now. */
  readonly rest: () => void;
  /** The exchange that it shows. */
  readonly id: () => string;
}

/** The name and the tint of an origin. */
export type TintOf = (id: string) => { readonly name: string; readonly tint: number };

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
  const show = (exchange: ExchangeBrief, place: number, all: number, tintOf: TintOf) => {
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
    way.replaceChildren(...wayOf(exchange, tintOf));
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

/** The origins that it went to, one after the other; why the last one failed, if that is no news from the status. */
function wayOf({ attempts, status }: ExchangeBrief, tintOf: TintOf): Node[] {
  if (attempts.length === 0) return [document.createTextNode('no origin')];
  return attempts.flatMap(({ origin, result, isFailure }, place) => {
    const { name, tint } = tintOf(origin);
    const label = make('span', { class: 'way-origin', 'data-tint': tint % 8 }, name);
    const isLast = place === attempts.length - 1;
    const reason = isLast ? ` ${result}` : ' ✕';
    const why = isFailure && result !== String(status) ? [make('span', { class: 'way-failure', title: result ?? '' }, reason)] : [];
    return place === 0 ? [label, ...why] : [document.createTextNode(' → '), label, ...why];
  });
}
