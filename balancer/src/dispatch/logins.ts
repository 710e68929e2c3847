import type { ClientConnection } from '../listen/request.ts';

const logins = new WeakMap<ClientConnection, string>();

/**
 * Remembers at which origin, by its id, a client's connection has logged in by a way that holds for connections: it takes several requests at one
 * origin, and is good for nothing at the others.
 */
export function rememberLogin(client: ClientConnection, origin: string): void {
  logins.set(client, origin);
}

/** The id of the origin at which that connection has logged in, or is about to. */
export function loginOf(client: ClientConnection): string | undefined {
  return logins.get(client);
}
