import { make } from '../../../../balancer/src/admin/dashboard/elements.ts';
import { count, percent } from '../../../../balancer/src/admin/dashboard/figures.ts';
import type { Outcome } from '../../../../balancer/src/simulate/outcome.ts';
import type { ChartName, Outcomes } from '../../chapter.ts';
import { sharesOf, time } from '../figure-names.ts';
import { latencyChart } from './latency-chart.ts';
import { failureChart, queueChart, slownessChart } from './over-time.ts';
import { shareChart } from './share-chart.ts';

const charts: Readonly<Record<ChartName, (outcomes: Outcomes) => Element>> = {
  latency: latencyChart,
  shares: shareChart,
  slowness: slownessChart,
  failures: failureChart,
  queues: queueChart,
};

/** What worlds came to, side by side: pictures, and all of it as a table. */
export function resultsOf(outcomes: Outcomes, wanted: readonly ChartName[]): HTMLElement {
  const pictures = wanted.map((name) => charts[name](outcomes));
  const heads = ['', 'answered', 'failed', 'p50', 'p99', 'p99.9', 'average', 'shares', 'tries a request'];
  const rows = Object.entries(outcomes).map(([name, outcome]) =>
    make('tr', {}, make('th', { scope: 'row' }, name), ...cellsOf(outcome).map((text) => make('td', {}, text))),
  );
  const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
  const table = make(
    'div',
    { class: 'wide', tabindex: 0, role: 'group', 'aria-label': 'Results as a table' },
    make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)),
  );
  return make(
    'div',
    { class: 'results' },
    ...pictures,
    make('details', { class: 'twin' }, make('summary', {}, 'All figures as a table'), table),
  );
}

function cellsOf({ answered, failed, p50, p99, p999, mean, taken, amplification }: Outcome): string[] {
  const failures = failed === 0 ? '0' : `${count(failed)} (${percent(failed / (failed + answered))})`;
  return [count(answered), failures, time(p50), time(p99), time(p999), time(mean), sharesOf(taken), `${amplification.toFixed(2)} ×`];
}
