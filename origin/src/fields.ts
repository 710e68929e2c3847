/** A key that a JSON body may have. */
export interface Field<Value> {
  readonly takes: (value: unknown) => value is Value;
  /** What would be right, to go on after "give". */
  readonly right: string;
  /** The value where the body has none; without it, the body must have one. */
  readonly standard?: Value;
}

type Values<Fields> = { readonly [Key in keyof Fields]: Fields[Key] extends Field<infer Value> ? Value : never };

/** What a body says, every key filled in; or every problem with it, each led by the key. */
export type Reading<Fields> = { readonly values: Values<Fields> } | { readonly problems: readonly string[] };

/** Checks a parsed JSON body against the keys that it may have. */
export function readFields<const Fields extends Readonly<Record<string, Field<unknown>>>>(body: unknown, fields: Fields): Reading<Fields> {
  const names = Object.keys(fields);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { problems: [`the body is no JSON object; give one with any of the keys ${names.join(', ')}`] };
  }
  const given: Readonly<Record<string, unknown>> = { ...body };
  const strangers = Object.keys(given).filter((name) => !Object.hasOwn(fields, name));
  const values = Object.entries(fields).map(([name, { standard }]) => [name, Object.hasOwn(given, name) ? given[name] : standard] as const);
  const wrong = values.filter(([name, value]) => !fields[name]?.takes(value));
  const problems = [
    ...strangers.map((name) => `${name}: unknown key; the keys are ${names.join(', ')}`),
    ...wrong.map(
      ([name, value]) => `${name}: ${value === undefined ? 'missing' : `${shown(value)} is wrong`}; give ${fields[name]?.right}`,
    ),
  ];
  return problems.length > 0 ? { problems } : { values: Object.fromEntries(values) as Values<Fields> };
}

/** A value as JSON, cut where it is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A number from `least` to `most`; `of` says of what. */
export function numberOf(of: string, least: number, most: number): Field<number> {
  const takes = (value: unknown): value is number => typeof value === 'number' && value >= least && value <= most;
  return { takes, right: `a number ${of} from ${least} to ${most}` };
}

/** A whole number from `least` to `most`; `of` says of what. */
export function countOf(of: string, least: number, most: number): Field<number> {
  const takes = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return { takes, right: `a whole number ${of} from ${least} to ${most}` };
}
