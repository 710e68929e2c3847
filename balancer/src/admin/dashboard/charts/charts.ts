import type { Board } from '../board.ts';
import { byId, make } from '../elements.ts';
import { clock, duration, rate } from '../figures.ts';
import { shortNames } from '../names.ts';
import type { View } from '../painter.ts';
import { type ChartKind, LineChart } from './line-chart.ts';
import { latencySeries, type OriginLine, originSeries, type Series } from './series.ts';
import { TableTwin } from './twin.ts';

interface Kind extends ChartKind {
  readonly series: (board: Board, names: ReadonlyMap<string, string>) => Series[];
}

const perSecond = (value: number | null) => rate(value ?? 0);

const kinds: readonly Kind[] = [
  {
    title: 'Latency to the first byte',
    inWords: duration,
    least: 1,
    series: ({ seconds, pool, isOneOfSeveral }) => latencySeries(seconds, isOneOfSeveral ? pool?.name : undefined),
  },
  {
    ...{ title: 'Requests a second', inWords: perSecond, least: 4 },
    series: (board, names) => originSeries(board.seconds, 'attempts', linesOf(board, names)),
  },
  {
    ...{ title: 'Failed attempts and 5xx a second', inWords: perSecond, least: 4 },
    series: (board, names) => originSeries(board.seconds, 'errors', linesOf(board, names)),
  },
];

/** The charts, each with its table, drawn once a second. */
export function chartViews(board: Board): View[] {
  return kinds.map((kind) => {
    const chart = new LineChart(kind);
    const twin = new TableTwin(kind.title, kind.inWords);
    byId('charts').append(make('div', { class: 'chart-card' }, chart.element, twin.element));
    const paint = () => {
      const names = shortNames(idsOf(board.origins));
      const series = kind.series(board, names);
      const times = board.seconds.map(({ at }) => clock(at));
      chart.show(series, times);
      twin.show(series, times);
    };
    return { paint, every: 1000 };
  });
}

function idsOf(origins: Board['origins']): string[] {
  return origins.map(({ id }) => id);
}

function linesOf(board: Board, names: ReadonlyMap<string, string>): OriginLine[] {
  return board.origins.map(({ id }) => ({ name: names.get(id) ?? id, key: board.calls(id) }));
}
