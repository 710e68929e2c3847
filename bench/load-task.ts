import type { Workload } from './workloads.ts';

/** One spell of load on one server, as many requests as it can take. */
export interface LoadTask {
  readonly url: string;
  readonly workload: Workload;
  readonly seconds: number;
  /** Connections that are kept busy at a time, one request each. */
  readonly connections: number;
}

/** What a spell of load came to, as its clients saw it. */
export interface LoadFigures {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Latency that half of the requests stayed under, in ms. */
  readonly p50: number;
  /** Latency that 99 of 100 requests stayed under, in ms. */
  readonly p99: number;
  /** Answers that were not 2xx, and connections that broke. */
  readonly errors: number;
}
