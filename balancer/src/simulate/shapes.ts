/** What was found in a value: mistakes, each with where it is and what would be right; and the value as it is meant. */
export interface Found {
  readonly problems: readonly string[];
  readonly value: unknown;
}

/** Looks at a value that is at a place, such as `sides[0].name`; empty for the whole. */
export type Check = (value: unknown, path: string) => Found;

/** Marks what may be missing. */
const mayBeMissing = new WeakSet<Check>();

/** What may be missing. */
export function optional(check: Check): Check {
  const own: Check = (value, path) => check(value, path);
  mayBeMissing.add(own);
  return own;
}

/** A number within bounds; where `isEndless`, `null` stands for infinity. */
export function number(least: number, most: number, isEndless = false): Check {
  return (value, path) => {
    if (isEndless && value === null) return { problems: [], value: Number.POSITIVE_INFINITY };
    const isFine = typeof value === 'number' && value >= least && value <= most;
    const wanted = most === Number.POSITIVE_INFINITY ? `${least} or more` : `from ${least} to ${most}`;
    return found(isFine, value, path, `a number ${wanted}${isEndless ? ', or null for no limit' : ''}`);
  };
}

/** Any text. */
export const text: Check = (value, path) => found(typeof value === 'string', value, path, 'a text');

/** Yes or no. */
export const boolean: Check = (value, path) => found(typeof value === 'boolean', value, path, 'true or false');

/** One of some values. */
export function anyOf(...values: readonly (string | number)[]): Check {
  return (value, path) => found(values.includes(value as string), value, path, values.map((one) => JSON.stringify(one)).join(', '));
}

/** What passes one of two checks; the mistakes are the second's. */
export function either(one: Check, other: Check): Check {
  return (value, path) => {
    const first = one(value, path);
    return first.problems.length === 0 ? first : other(value, path);
  };
}

/** A list of such things. */
export function listOf(check: Check, least = 0, most = 10_000): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return found(false, value, path, `a list of ${least} to ${most}`);
    const all = value.map((one, place) => check(one, `${path}[${place}]`));
    return { problems: all.flatMap(({ problems }) => problems), value: all.map((one) => one.value) };
  };
}

/** An object that has these keys, and no others. */
export function object(checks: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return found(false, value, path, 'an object');
    const given = value as Readonly<Record<string, unknown>>;
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    const strangers = Object.keys(given).filter((key) => !Object.hasOwn(checks, key));
    const problems = strangers.map((key) => `${at(key)}: there is no such key here; the keys are ${Object.keys(checks).join(', ')}`);
    const wanted = Object.entries(checks).filter(([key, check]) => given[key] !== undefined || !mayBeMissing.has(check));
    const all = wanted.map(([key, check]) => [key, check(given[key], at(key))] as const);
    return {
      problems: [...problems, ...all.flatMap(([, one]) => one.problems)],
      value: Object.fromEntries(all.map(([key, one]) => [key, one.value])),
    };
  };
}

function found(isFine: boolean, value: unknown, path: string, wanted: string): Found {
  if (isFine) return { problems: [], value };
  const given = value === undefined ? 'it is missing' : `${JSON.stringify(value)?.slice(0, 60)} is wrong`;
  return { problems: [`${path || 'the file'}: ${given}; give ${wanted}`], value };
}
