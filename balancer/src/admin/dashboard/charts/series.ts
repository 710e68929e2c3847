import type { Second } from '../../api.ts';
import type { Values } from './scale.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** The origin it is about, by its place in the list; nothing where it is about all. */
  readonly origin?: number;
  readonly values: Values;
}

/** An origin that a chart is about. */
export interface OriginLine {
  readonly name: string;
  /** What the seconds call it. */
  readonly key: string;
}

/** Latency over all origins of a pool; without its name, of all pools. */
export function latencySeries(seconds: readonly Second[], pool?: string): Series[] {
  const times = pool === undefined ? seconds : seconds.map(({ pools }) => pools?.[pool] ?? { p50: null, p99: null });
  return [
    { name: 'p50', values: times.map(({ p50 }) => p50) },
    { name: 'p99', values: times.map(({ p99 }) => p99) },
  ];
}

/** What happened each second at each origin: 0 where nothing did. */
export function originSeries(seconds: readonly Second[], what: 'attempts' | 'errors', lines: readonly OriginLine[]): Series[] {
  return lines.map(({ name, key }, origin) => ({ name, origin, values: seconds.map((second) => second[what][key] ?? 0) }));
}
