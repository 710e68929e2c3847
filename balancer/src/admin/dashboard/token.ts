const place = 'admin-token';

/** The field that an admin side with a token wants; nothing where none is known. */
export function bearer(): Record<string, string> {
  const token = sessionStorage.getItem(place);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Whether a token is in use. */
export function hasToken(): boolean {
  return sessionStorage.getItem(place) !== null;
}

/** Keeps a token as long as the browser's tab is open, and tells whoever waits for one. */
export function keepToken(token: string): void {
  sessionStorage.setItem(place, token);
  dispatchEvent(new Event('token'));
}

/** Forgets a token that was refused. */
export function dropToken(): void {
  sessionStorage.removeItem(place);
}
