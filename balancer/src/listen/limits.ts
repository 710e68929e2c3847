/** What one client, or all of them together, may take up before a request is even read. Times are in ms. */
export interface ServerLimits {
  /** Connections from clients, in all. */
  readonly maxClients: number;
  /** Connections of one client: a number, or a fair share of those that there may be. */
  readonly maxClientsPerAddress: number | 'fair';
  /** Threads that listen at the same port, and share what memory there is for requests that have not arrived. */
  readonly threads: number;
  /** The bytes of a request's header fields. */
  readonly maxHeaderSize: number;
  /** The longest request target, in bytes. */
  readonly maxTargetLength: number;
  /** How long a client may take to send its header. */
  readonly headerTimeout: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveTimeout: number;
  /** How long a client may take nothing of what waits for it. */
  readonly idleTimeout: number;
  /** Requests on one connection before it is closed. */
  readonly maxRequests: number;
}

/** How many connections from clients there are, in all threads. */
export interface ClientCount {
  /** Counts connections of this thread in (or out, below 0); returns how many there are now in all threads. */
  connect(count: number): number;
  /** Who has how many of them. */
  readonly shares: ConnectionShares;
}

/** How many connections each client has, in all threads: see pool/shares.ts. */
export interface ConnectionShares {
  /** The number by which the client at an address is counted. */
  bucketOf(address: string): number;
  /** Counts one more in, unless the client has as much as it may while so much is free; says whether it did. */
  take(client: number, free: number, limit: number | 'fair'): boolean;
  /** Counts one out. */
  give(client: number): void;
  /** How many a client has. */
  of(client: number): number;
}

/** Counts connections where nobody else listens, and no client's apart. */
export function countAlone(): ClientCount {
  let all = 0;
  return {
    shares: { bucketOf: () => 0, take: () => true, give: () => {}, of: () => 0 },
    connect: (count) => {
      all += count;
      return all;
    },
  };
}
