import type { ExchangeRecord } from '../account/record.ts';
import { oneOf } from './values.ts';

/** What a line of the log can have, in the order in which it has all. */
const names = [
  ...['time', 'level', 'id', 'client', 'method', 'target', 'path', 'host', 'protocol', 'tls', 'userAgent', 'referrer'],
  ...['bytesIn', 'bytesOut', 'route', 'routed', 'pool', 'origin', 'status', 'ms', 'attempts', 'retryReason', 'reason'],
] as const satisfies readonly (keyof ExchangeRecord)[];

/** The fields of a line, as text. */
export const logFieldNames: readonly string[] = names;

/** Reads the fields that lines of the log have, separated by commas, in their order; or `all`, which is nothing. */
export function logFields(text: string): readonly (keyof ExchangeRecord)[] | undefined {
  if (text === 'all') return undefined;
  const wanted = text.split(',').map((name) => oneOf(...names)(name.trim()));
  return [...new Set(wanted)];
}
