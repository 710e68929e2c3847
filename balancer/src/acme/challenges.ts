/** How a host is proven to be in our hands: by a page on its plain port (RFC 8555 §8.3), or by a certificate on its TLS port (RFC 8737). */
export type ChallengeType = 'http-01' | 'tls-alpn-01';

/** What an authority is going to ask for at a host. */
export interface Challenge {
  readonly type: ChallengeType;
  readonly host: string;
  readonly token: string;
  /** The token and a hash of the account's key. */
  readonly keyAuthorization: string;
}

/** Where challenges are shown to whoever asks at the host. */
export interface Showing {
  /** Resolves once it is shown, wherever the authority may ask. */
  show(challenge: Challenge): Promise<void>;
  /** It is shown no longer. */
  hide(challenge: Challenge): Promise<void>;
}

/** Tokens as authorities make them (RFC 8555 §8): what else one would be neither a name of a file nor the end of a path. */
export const tokenForm = /^[A-Za-z0-9_-]{1,256}$/;

/** Whether something names a kind of challenge that can be met here. */
export function isChallengeType(type: unknown): type is ChallengeType {
  return type === 'http-01' || type === 'tls-alpn-01';
}
