import type { Command } from './wire/ask.ts';

/** A word as a POSIX shell takes it literally: bare where that is safe, else in single quotes. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The line for a shell that does what the button does. The token is named, never shown. */
export function curlLine({ method, path, body }: Command, host: string, needsToken: boolean): string {
  const words = ['curl'];
  if (method !== 'GET') words.push('-X', method);
  words.push(quoted(host + path));
  if (needsToken) words.push('-H', '"authorization: Bearer $TOKEN"');
  if (body !== undefined) words.push('-H', quoted('content-type: application/json'), '-d', quoted(JSON.stringify(body)));
  return words.join(' ');
}
