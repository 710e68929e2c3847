/** What one proxy said of the request that it got, in an element of `Forwarded` (RFC 7239 §4): its parameters by their lower-case names. */
export type ForwardedElement = ReadonlyMap<string, string>;

/** A token, or a quoted string. Ports and IPv6 addresses are let through unquoted, as many proxies write them. */
const value = String.raw`(?:"(?:[^"\\]|\\.)*"|[!#$%&'*+.^_${'`'}|~\w:[\]-]*)`;
const pair = String.raw`[ \t]*(?:[!#$%&'*+.^_${'`'}|~\w-]+=${value}[ \t]*)?`;
const form = new RegExp(`^${pair}(?:[,;]${pair})*$`);

/** A pair's name and value, or the comma that ends an element. */
const parts = new RegExp(`([^\\s,;="]+)=(${value})|,`, 'g');

/** The elements of a Forwarded field, the first proxy's first; nothing where it can't be read, or says nothing. */
export function forwardedIn(field: string): readonly ForwardedElement[] | undefined {
  if (!form.test(field)) return undefined;
  const elements = [new Map<string, string>()];
  for (const [, name, text = ''] of field.matchAll(parts)) {
    if (name === undefined) elements.push(new Map());
    else elements.at(-1)?.set(name.toLowerCase(), unquoted(text));
  }
  const said = elements.filter(({ size }) => size > 0);
  return said.length > 0 ? said : undefined;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}

/** A text as a quoted string (RFC 9110 §5.6.4). */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
