import type { AttemptReport, DecisionReport, Excluded } from '../../api.ts';
import { make } from '../elements.ts';
import { duration, weight } from '../figures.ts';

/** The candidates with their figures at the moment of the pick. */
export function candidateTable({ candidates, candidatesInAll, origin }: AttemptReport): HTMLElement {
  const rows = candidates.map(({ id, ...figures }) =>
    row(id === origin ? [`▸ ${id}`, 'picked'] : [id, ''], [
      weight(figures.weight),
      String(figures.inFlight),
      figures.latencyMs > 0 ? duration(figures.latencyMs) : '–',
      figures.lastTurn > 0 ? String(figures.lastTurn) : '–',
      weight(figures.credit),
    ]),
  );
  const more = candidatesInAll - candidates.length;
  const heads = ['origin', 'weight', 'in flight', 'latency', 'last turn', 'credit'];
  const table = tableOf(heads, rows);
  return more > 0 ? make('div', {}, table, make('p', { class: 'sub' }, `and ${more} more`)) : table;
}

/** Who was no candidate, and why; nothing where all were. */
export function excludedList(excluded: readonly Excluded[]): HTMLElement[] {
  if (excluded.length === 0) return [];
  return [make('ul', { class: 'excluded' }, ...excluded.map(({ id, reason }) => make('li', {}, make('b', {}, id), `: ${reason}`)))];
}

/** What each other policy would have picked in the state of the first pick. */
export function counterfactualTable(others: DecisionReport['wouldHavePicked']): HTMLElement {
  const rows = others.map(({ policy, origin, why, isSame }) => row([policy, ''], [`${isSame ? '= ' : '≠ '}${origin}`, why]));
  const table = tableOf(['policy', 'would have picked', 'because'], rows);
  table.classList.add('counterfactuals');
  return table;
}

function tableOf(heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
  const table = make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows));
  return make('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': heads.join(', ') }, table);
}

function row([name, kind]: readonly [name: string, kind: string], cells: readonly string[]): HTMLElement {
  return make('tr', { class: kind }, make('th', { scope: 'row' }, name), ...cells.map((text) => make('td', {}, text)));
}
