/** A kind of request that every peer is measured with, and what a right answer to it is. */
export interface Workload {
  readonly title: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Bytes that the request carries. */
  readonly requestBytes: number;
  /** Bytes that the answer carries. */
  readonly responseBytes: number;
}

/** What the origins answer, except where a workload wants more; as long as what the demo origins say. */
export const smallAnswer = 'origin server response :8081';

/** The workloads by their name on the command line. */
export const workloads = {
  get: { title: 'small GET', path: '/small', method: 'GET', requestBytes: 0, responseBytes: smallAnswer.length },
  large: { title: '64 KiB response', path: '/large', method: 'GET', requestBytes: 0, responseBytes: 64 * 1024 },
  post: { title: '16 KiB POST', path: '/swallow', method: 'POST', requestBytes: 16 * 1024, responseBytes: smallAnswer.length },
} as const satisfies Record<string, Workload>;

/** A workload's name on the command line and in the results. */
export type WorkloadName = keyof typeof workloads;

/** All workloads' names, in the order in which they are measured and shown. */
export const workloadNames = Object.keys(workloads) as WorkloadName[];
