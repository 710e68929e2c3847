import type { Second } from '../../api.ts';
import type { Values } from './scale.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** The origin it is about, by its place in the list; nothing where it is about all. */
  readonly origin?: number;
  readonly values: Values;
}

/** Latency over all origins. */
export function latencySeries(seconds: readonly Second[]): Series[] {
  return [
    { name: 'p50', values: seconds.map(({ p50 }) => p50) },
    { name: 'p99', values: seconds.map(({ p99 }) => p99) },
  ];
}

/** What happened each second at each origin: 0 where nothing did. */
export function originSeries(
  seconds: readonly Second[],
  what: 'attempts' | 'errors',
  ids: readonly string[],
  names: ReadonlyMap<string, string>,
): Series[] {
  return ids.map((id, origin) => ({ name: names.get(id) ?? id, origin, values: seconds.map((second) => second[what][id] ?? 0) }));
}
