import type { Board } from '../board.ts';
import { make } from '../elements.ts';
import type { Filter } from './filter.ts';

/** The fields above the list that say what is to be seen. */
export interface Filters {
  readonly element: HTMLElement;
  readonly count: HTMLElement;
  readonly value: () => Filter;
  /** Offers the origins that there are. */
  readonly offer: (board: Board) => void;
}

const outcomes: readonly (readonly [value: Filter['outcome'], text: string])[] = [
  ['', 'any outcome'],
  ['answered', 'answered'],
  ['failed', 'failed'],
  ['retried', 'tried again'],
  ['running', 'running'],
];

/** Makes the fields; `changed` is called when one says something else. */
export function filterFields(changed: () => void): Filters {
  const text = make('input', { type: 'search', placeholder: 'Filter: path, client, status, id…', 'aria-label': 'Filter by text' });
  const origin = make('select', { 'aria-label': 'Filter by origin' }, make('option', { value: '' }, 'any origin'));
  const outcome = make(
    'select',
    { 'aria-label': 'Filter by outcome' },
    ...outcomes.map(([value, name]) => make('option', { value }, name)),
  );
  const count = make('output', { class: 'sub', 'aria-live': 'off' });
  for (const field of [text, origin, outcome]) field.addEventListener('input', changed);
  let offered = '';
  const offer = ({ origins }: Board) => {
    const ids = origins.map(({ id }) => id);
    if (ids.join() === offered) return;
    offered = ids.join();
    const chosen = origin.value;
    origin.replaceChildren(make('option', { value: '' }, 'any origin'), ...ids.map((id) => make('option', { value: id }, id)));
    if (ids.includes(chosen)) origin.value = chosen;
  };
  const value = () => ({ text: text.value, origin: origin.value, outcome: outcome.value as Filter['outcome'] });
  return { element: make('div', { class: 'filters' }, text, origin, outcome, count), count, value, offer };
}
