/** A time, in ms since 1970, as the log has it: to the second. */
export function dated(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A time from now, in ms: to the minute, and from two hours on to the hour. */
export function within(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
