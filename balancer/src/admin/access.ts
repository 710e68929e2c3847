import type { Callers } from './callers.ts';

/** Who may use the admin side. */
export interface Access {
  /** The SHA-256 (in hex) of the token that is asked for; missing where none is. */
  readonly tokenHash: string | undefined;
  /** That of a second one, with which one may look only. */
  readonly readTokenHash?: string | undefined;
  /** The address or name that the admin side listens on. */
  readonly host: string;
  /** From where it may be asked; missing where any address may. */
  readonly callers?: Callers;
  /** Whether nobody may change anything. */
  readonly isReadonly?: boolean;
  /** Whether traffic may be made and origins broken from here. */
  readonly isDemo?: boolean;
}
