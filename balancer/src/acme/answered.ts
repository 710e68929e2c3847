/** What an authority answered. */
export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly nonce: string | undefined;
  readonly location: string | undefined;
  /** In ms from now, where it says when to ask again (RFC 9110 §10.2.3). */
  readonly retryAfter: number | undefined;
}
