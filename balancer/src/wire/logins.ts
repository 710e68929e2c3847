/**
 * Ways to log in that hold for a connection and not for a request (NTLM; Negotiate, RFC 4559 §6): who comes next on that connection is taken
 * for who has logged in. HTTP has no such thing (RFC 9110 §11.7 has proxies care), but Windows' servers do.
 */
const ofConnections = /^(?:ntlm|negotiate)\b/i;

/** Whether these credentials (`Authorization`), or this challenge (`WWW-Authenticate`), log in the connection that they come by. */
export function logsInConnection(text: string): boolean {
  return ofConnections.test(text);
}

/** Whether an answer asks for such a login, by its status and its fields: name, value, name, value … */
export function asksForConnectionLogin(status: number, fields: readonly string[]): boolean {
  if (status !== 401) return false;
  return fields.some((text, i) => i % 2 === 1 && logsInConnection(text) && /^www-authenticate$/i.test(fields[i - 1] as string));
}
