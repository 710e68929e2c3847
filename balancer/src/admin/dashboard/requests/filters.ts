import type { Board } from '../board.ts';
import { make } from '../elements.ts';
import type { Filter } from './filter.ts';

/** The fields above the list that say what is to be seen. */
export interface Filters {
  readonly element: HTMLElement;
  readonly count: HTMLElement;
  readonly value: () => Filter;
  /** Offers the pools and origins that there are. */
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
  const pool = choiceOf('pool');
  const origin = choiceOf('origin');
  const outcome = make(
    'select',
    { 'aria-label': 'Filter by outcome' },
    ...outcomes.map(([value, name]) => make('option', { value }, name)),
  );
  const count = make('output', { class: 'sub', 'aria-live': 'off' });
  for (const field of [text, pool.element, origin.element, outcome]) field.addEventListener('input', changed);
  const offer = ({ all, pools, isOneOfSeveral }: Board) => {
    pool.element.hidden = !isOneOfSeveral;
    pool.offer(isOneOfSeveral ? [...pools.map(({ name }) => [name, name] as const), ['/', 'no pool']] : []);
    origin.offer([...new Set(all.map(({ id }) => id))].map((id) => [id, id]));
  };
  const value = () => ({
    ...{ text: text.value, pool: pool.element.value, origin: origin.element.value },
    outcome: outcome.value as Filter['outcome'],
  });
  return { element: make('div', { class: 'filters' }, text, pool.element, origin.element, outcome, count), count, value, offer };
}

type Option = readonly [value: string, text: string];

/** A field to choose one of what there is, or any; what was chosen stays so for as long as it is there. */
function choiceOf(what: string): { readonly element: HTMLSelectElement; readonly offer: (options: readonly Option[]) => void } {
  const any = make('option', { value: '' }, `any ${what}`);
  const element = make('select', { 'aria-label': `Filter by ${what}` }, any);
  let offered = '';
  const offer = (options: readonly Option[]) => {
    const values = options.map(([value]) => value);
    if (values.join() === offered) return;
    offered = values.join();
    const chosen = element.value;
    element.replaceChildren(any, ...options.map(([value, text]) => make('option', { value }, text)));
    element.value = values.includes(chosen) ? chosen : '';
  };
  return { element, offer };
}
