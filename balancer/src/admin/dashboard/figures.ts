const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A count as people write it: `12,345`. */
export function count(n: number): string {
  return whole.format(n);
}

/** A time in ms as people read it: `0.42 ms`, `8.1 ms`, `123 ms`, `1.25 s`; a dash where nothing was measured. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms >= 1000) return `${trimmed(ms / 1000, 2)} s`;
  return `${trimmed(ms, ms < 1 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

/** Several times in ms with their unit said once, where it is one: `1.1 · 7.8 · 24 ms`. */
export function durations(times: readonly (number | null)[]): string {
  const words = times.map(duration);
  const isSame = words.every((word) => word.endsWith(' ms'));
  return isSame ? `${words.map((word) => word.slice(0, -3)).join(' · ')} ms` : words.join(' · ');
}

/** A number of requests a second: `0.4`, `23`, `1,250`. */
export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? trimmed(perSecond, 1) : count(perSecond);
}

/** A share from 0 to 1: `25 %`, `24.9 %`. */
export function percent(share: number): string {
  return `${trimmed(share * 100, 1)} %`;
}

/** A weight: `1`, `2.5`. */
export function weight(value: number): string {
  return trimmed(value, 2);
}

/** The time of day, to the second. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

/** The time of day, to the ms. */
export function fineClock(at: number): string {
  return `${clock(at)}.${String(Math.floor(at) % 1000).padStart(3, '0')}`;
}

function trimmed(value: number, places: number): string {
  return String(Number(value.toFixed(places)));
}
