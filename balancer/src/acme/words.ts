/** A time, in ms since 1970, as the log has it: to the second. */
export function dated(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A time from now, in ms, to the minute. */
export function minutes(ms: number): string {
  return `${Math.ceil(ms / 60_000)} min`;
}
