/** What one client, or all of them together, may take up before a request is even read. Times are in ms. */
export interface ServerLimits {
  /** Connections from clients, in all. */
  readonly maxClients: number;
  /** The bytes of a request's header fields. */
  readonly maxHeaderSize: number;
  /** The longest request target, in bytes. */
  readonly maxTargetLength: number;
  /** How long a client may take to send its header. */
  readonly headerTimeout: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveTimeout: number;
  /** Requests on one connection before it is closed. */
  readonly maxRequests: number;
}

/** How many connections from clients there are, in all threads. */
export interface ClientCount {
  /** Counts connections of this thread in (or out, below 0); returns how many there are now in all threads. */
  connect(count: number): number;
}
