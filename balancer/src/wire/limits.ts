/** How long an origin is waited for, in ms, and how much of it is taken. */
export interface WireLimits {
  /** For a connection. */
  readonly connect: number;
  /** For the final answer's head, once the request is sent; and while it is sent, for the origin to take some more of it. */
  readonly response: number;
  /** For the next piece of an answer's body. */
  readonly idle: number;
  /** The longest head of an answer, in bytes. */
  readonly longestHead: number;
}
