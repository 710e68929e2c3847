/** The value of a cookie in a Cookie field, byte for byte (RFC 6265 §4.2); nothing where it has none of that name. */
export function cookieIn(field: string | undefined, name: string): string | undefined {
  for (const pair of field?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
