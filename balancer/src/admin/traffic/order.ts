import type { TrafficOrder } from '../api.ts';
import { type Field, isObject, readFields } from '../fields.ts';

/** Traffic that was ordered, with every default; one of rate and burst is there. */
export interface Traffic {
  readonly rate?: number;
  readonly burst?: number;
  readonly seconds: number;
  readonly clients: number;
  readonly mix: { readonly small: number; readonly upload: number; readonly download: number };
  readonly seed: number;
}

function count(what: string, from: number, to: number, standard: number): Field<number> {
  const takes = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  return { takes, right: `a whole number${what} from ${from} to ${to}`, standard };
}

function countOrNone(what: string, from: number, to: number): Field<number | undefined> {
  const { takes, right } = count(what, from, to, from);
  return { takes: (value): value is number | undefined => value === undefined || takes(value), right };
}

const share = (standard: number): Field<number> => ({
  takes: (value): value is number => typeof value === 'number' && value >= 0 && value <= 1_000_000,
  right: 'a share, a number from 0 up',
  standard,
});

const mixFields = { small: share(0), upload: share(0), download: share(0) };

const fields = {
  rate: countOrNone(' of requests a second', 1, 5000),
  burst: countOrNone(' of requests at once', 1, 10_000),
  seconds: count(' of seconds', 1, 600, 30),
  clients: count(' of clients', 1, 64, 1),
  mix: { takes: isObject, right: 'shares, such as {"small":90,"upload":5,"download":5}', standard: { small: 1 } } satisfies Field<object>,
  seed: count('', 0, 2 ** 32 - 1, 1),
};

/** Reads an order from a parsed JSON body; else says everything that is wrong with it. */
export function readOrder(body: unknown): { readonly traffic: Traffic } | { readonly problems: readonly string[] } {
  const reading = readFields(body, fields);
  if ('problems' in reading) return reading;
  const mix = readFields(reading.values.mix, mixFields, 'mix.');
  if ('problems' in mix) return mix;
  const { rate, burst, seconds, clients, seed } = reading.values;
  const problems = [...amountProblems({ ...(rate === undefined ? {} : { rate }), ...(burst === undefined ? {} : { burst }) })];
  if (Object.values(mix.values).every((value) => value === 0)) problems.push('mix: every share is 0; give one that is not');
  if (problems.length > 0) return { problems };
  const amount = rate === undefined ? { burst: burst ?? 1 } : { rate };
  return { traffic: { ...amount, seconds, clients, mix: mix.values, seed } };
}

function amountProblems({ rate, burst }: TrafficOrder): string[] {
  if (rate === undefined && burst === undefined) return ['rate, burst: neither is there; give one, such as {"rate":20} or {"burst":200}'];
  return rate !== undefined && burst !== undefined ? ['rate, burst: give one of them, not both'] : [];
}
