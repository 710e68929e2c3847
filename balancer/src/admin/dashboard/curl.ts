/** A change as the admin side wants it. */
export interface Order {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** The command that does the same in a shell. */
export function curlFor({ method, path, body }: Order, host: string, isTokenNeeded: boolean): string {
  const words = ['curl'];
  if (method !== 'GET') words.push('-X', method);
  words.push(quoted(`${host}${path}`));
  if (isTokenNeeded) words.push('-H "authorization: Bearer $TOKEN"');
  if (body) words.push(`-H 'content-type: application/json'`, '-d', quoted(JSON.stringify(body)));
  return words.join(' ');
}

/** A word as a shell reads it as one (POSIX, 2.2.2 Single-Quotes). */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
