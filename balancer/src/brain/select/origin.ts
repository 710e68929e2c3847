/** The versions of the PROXY protocol, by which a connection begins with who it is for. */
export type ProxyProtocol = 'v1' | 'v2';

/** A server that requests are balanced over: who it is, never how it is doing. */
export interface Origin {
  /** `host:port`, unique in the pool; the name that logs and the admin API use. */
  readonly id: string;
  /** Scheme, host and port; an origin has no path of its own, requests keep theirs. */
  readonly url: URL;
  /** Its share of the requests, relative to the other origins' weights; 0 takes nothing while another origin can. */
  readonly weight: number;
  /** Whether it takes requests only while no other origin can. */
  readonly backup: boolean;
  /** By what connections to it say which client each is for; missing where they don't. */
  readonly proxyProtocol?: ProxyProtocol | undefined;
}

/** Where an origin is: scheme, host and port of its URL, as text. What `URL.origin` says so of `http:` is "null" for schemes that browsers don't know. */
export function locationOf({ url }: Pick<Origin, 'url'>): string {
  return `${url.protocol}//${url.host}`;
}
