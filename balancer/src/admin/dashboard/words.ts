/** How people write figures and states on this page. */

/** A count with separators: 12,345. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A duration in ms with as many digits as matter: `0.8 ms`, `12 ms`, `1.2 s`; a dash where there is none. */
export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value < 10) return `${Number(value.toFixed(value < 1 ? 2 : 1))} ms`;
  return value < 1000 ? `${Math.round(value)} ms` : `${Number((value / 1000).toFixed(1))} s`;
}

/** A rate: `0.3/s`, `12/s`. */
export function perSecond(value: number): string {
  return `${value < 10 ? Number(value.toFixed(1)) : count(value)}/s`;
}

/** A share from 0 to 1 in percent. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0))} %`;
}

/** A time of day. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

/** The shape that stands for a state, so that no state is told by colour alone. */
export const stateShapes: Readonly<Record<string, string>> = {
  ready: '●',
  starting: '◌',
  down: '✕',
  ejected: '◆',
  draining: '◐',
  drained: '○',
};
