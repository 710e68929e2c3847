/** A key that a JSON body may have. */
export interface Field<Value> {
  readonly takes: (value: unknown) => value is Value;
  /** What would be right, to go on after "give". */
  readonly right: string;
  /** The value where the body has none; without it, the body must have one. */
  readonly standard?: Value;
}

/** The values of a body's keys, every one filled in. */
export type Values<Fields> = { readonly [Key in keyof Fields]: Fields[Key] extends Field<infer Value> ? Value : never };

/** What a body says, every key filled in; or every problem with it, each led by the key. */
export type Reading<Fields> = { readonly values: Values<Fields> } | { readonly problems: readonly string[] };

/** Checks a parsed JSON body against the keys that it may have; `within` leads each key's name, where the body is part of another. */
export function readFields<const Fields extends Readonly<Record<string, Field<unknown>>>>(
  body: unknown,
  fields: Fields,
  within = '',
): Reading<Fields> {
  const names = Object.keys(fields);
  const keys = `${names.length > 1 ? 'the keys are' : 'the only key is'} ${names.join(', ')}`;
  if (!isObject(body)) return { problems: [`the body is no JSON object; ${keys}`] };
  const strangers = Object.keys(body).filter((name) => !Object.hasOwn(fields, name));
  const values = Object.entries(fields).map(([name, { standard }]) => [name, Object.hasOwn(body, name) ? body[name] : standard] as const);
  const wrong = values.filter(([name, value]) => !fields[name]?.takes(value));
  const problems = [
    ...strangers.map((name) => `${within}${cut(name)}: unknown key; ${keys}`),
    ...wrong.map(
      ([name, value]) =>
        `${within}${name}: ${value === undefined ? 'missing' : `${cut(JSON.stringify(value))} is wrong`}; give ${fields[name]?.right}`,
    ),
  ];
  return problems.length > 0 ? { problems } : { values: Object.fromEntries(values) as Values<Fields> };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that a client chose, cut where it is long. */
function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Any text; `right` says what it is for. */
export function textOf(right: string): Field<string> {
  return { takes: (value) => typeof value === 'string', right };
}
