const name = 'admin-token';

/** The admin token, kept for this tab only; empty where none is needed. */
export function token(): string {
  return sessionStorage.getItem(name) ?? '';
}

/** Keeps the token that somebody typed. */
export function keepToken(typed: string): void {
  sessionStorage.setItem(name, typed);
}

/** The header fields that show the token, if there is one. */
export function credentials(): Record<string, string> {
  return token() === '' ? {} : { Authorization: `Bearer ${token()}` };
}
