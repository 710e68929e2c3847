/** A server that requests are balanced over: who it is, never how it is doing. */
export interface Origin {
  /** `host:port`, unique in the pool; the name that logs and the admin API use. */
  readonly id: string;
  /** Scheme, host and port; an origin has no path of its own, requests keep theirs. */
  readonly url: URL;
}
