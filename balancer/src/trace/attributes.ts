/** What an attribute can have; one that has nothing is left out. */
export type Value = string | number | readonly string[] | undefined;

/** Attributes by their names, in order. */
export type Attributes = readonly (readonly [name: string, value: Value])[];

/** The longest text that an attribute has whole, in characters: it may be a client's. */
const longest = 1024;

/** Attributes as OTLP has them in JSON, a list (opentelemetry-proto, KeyValue). */
export function attributesJson(attributes: Attributes): string {
  let json = '';
  for (const [name, value] of attributes) {
    if (value === undefined) continue;
    json += `${json === '' ? '' : ','}{"key":"${name}","value":${valueJson(value)}}`;
  }
  return `[${json}]`;
}

function valueJson(value: string | number | readonly string[]): string {
  if (typeof value === 'string') return `{"stringValue":${textJson(value)}}`;
  // 64 bits don't fit into a number of JSON, so that whole ones are text (Protocol Buffers, JSON mapping).
  if (typeof value === 'number') return Number.isInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${value}}`;
  return `{"arrayValue":{"values":[${value.map(valueJson).join(',')}]}}`;
}

/** A text in JSON, cut off where it is too long. */
export function textJson(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
