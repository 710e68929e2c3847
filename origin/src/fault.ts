import { countOf, type Field, numberOf, readFields } from './fields.ts';

/** How an origin is broken. */
export interface Fault {
  /** What each request waits before it is answered, in ms. */
  readonly latencyMs: number;
  /** How much longer or shorter than `latencyMs` that wait may be, in ms: every wait between is as likely. */
  readonly jitterMs: number;
  /** The share of requests that are answered with `status`. */
  readonly errorRate: number;
  readonly status: number;
  /** The share of requests that are not answered while the fault lasts. */
  readonly hangRate: number;
  /** The share of requests whose connection is reset. */
  readonly resetRate: number;
  /** Requests that are served at a time; null for no limit. */
  readonly capacity: number | null;
  /** Requests that may wait for their turn; who comes then is refused. */
  readonly queue: number;
  /** Whether `/_origin/health` answers as if nothing were wrong. */
  readonly spareHealth: boolean;
}

/** How long a fault lasts where nobody says it, in seconds. */
export const standardTtlS = 120;

/** How long it is until something ends by itself: a day at the most. */
export const ttlS: Field<number> = {
  takes: (value): value is number => typeof value === 'number' && value > 0 && value <= 86_400,
  right: 'a number of seconds above 0, up to 86400',
  standard: standardTtlS,
};

const ms = { ...numberOf('of milliseconds', 0, 60_000), standard: 0 };
const share = { ...numberOf('', 0, 1), right: 'a share of the requests from 0 (none) to 1 (all)', standard: 0 };
const most = countOf('of requests', 1, 100_000);

const fields = {
  latencyMs: ms,
  jitterMs: ms,
  errorRate: share,
  status: { ...countOf('', 400, 599), right: 'a status from 400 to 599', standard: 500 },
  hangRate: share,
  resetRate: share,
  capacity: {
    takes: (value: unknown): value is number | null => value === null || most.takes(value),
    right: `${most.right}, or null for no limit`,
    standard: null,
  },
  queue: { ...countOf('of requests', 0, 100_000), standard: 0 },
  spareHealth: { takes: (value: unknown): value is boolean => typeof value === 'boolean', right: 'true or false', standard: true },
  ttlS,
};

/** Reads a fault and how long it lasts from a parsed JSON body; else says everything that is wrong with it. */
export function readFault(body: unknown): { readonly fault: Fault; readonly ttlS: number } | { readonly problems: readonly string[] } {
  const reading = readFields(body, fields);
  const problems = [...('problems' in reading ? reading.problems : tooManyIn(reading.values)), ...aloneIn(body)];
  if ('problems' in reading || problems.length > 0) return { problems };
  const { ttlS, ...fault } = reading.values;
  return { fault, ttlS };
}

/** Keys that do nothing without another one. */
const needed = { status: 'errorRate', queue: 'capacity' };

function aloneIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(needed)
    .filter(([name, other]) => Object.hasOwn(body, name) && !Object.hasOwn(body, other))
    .map(([name, other]) => `${name}: does nothing without ${other}; give both`);
}

/** One request can't hang and fail at once, so the shares of all requests that do either are at most all of them. */
function tooManyIn({ errorRate, hangRate, resetRate }: Fault): string[] {
  const sum = errorRate + hangRate + resetRate;
  // A sum such as 0.7 + 0.2 + 0.1 may be a little off.
  return sum > 1 + 1e-9 ? [`errorRate, hangRate, resetRate: ${sum} together; give shares that come to at most 1`] : [];
}
