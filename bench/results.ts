import type { LoadFigures } from './load-task.ts';
import { type PeerName, peerNames } from './peers.ts';
import { type WorkloadName, workloadNames } from './workloads.ts';

/** What one peer came to in one workload. */
export interface Row {
  readonly workload: WorkloadName;
  readonly peer: PeerName;
  /** CPU time that the proxy took for each request, in µs. */
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
  /** Latency in ms, as in LoadFigures. */
  readonly p50: number;
  readonly p99: number;
  /** Resident memory at the end of the load, in MiB. */
  readonly memoryMiB: number;
  readonly errors: number;
}

/** What one peer came to before any load. */
export interface StartRow {
  readonly peer: PeerName;
  /** From the start of its process to its first answer of 200, in ms. */
  readonly firstAnswer: number;
  /** Resident memory when it has answered one request and then done nothing for a while, in MiB. */
  readonly idleMiB: number;
}

/** All that was measured. */
export interface Results {
  readonly rows: readonly Row[];
  readonly starts: readonly StartRow[];
}

/** How a row's figures were come by, for whoever wants to compare. */
export interface Circumstances {
  readonly date: string;
  readonly processor: string;
  readonly cores: string;
  /** Whether a proxy of two threads had two cores. */
  readonly hasPair: boolean;
  readonly node: string;
  readonly load: string;
  readonly origins: string;
  readonly rounds: number;
  /** Length of each measurement, in s. */
  readonly seconds: number;
  readonly connections: number;
  readonly versions: Readonly<Partial<Record<PeerName, string>>>;
}

/** One measurement as a row: the proxy's CPU time is spread over the requests that it was spent on. */
export function rowOf(
  workload: WorkloadName,
  peer: PeerName,
  load: LoadFigures,
  used: { readonly cpuMicros: number; readonly memoryMiB: number },
): Row {
  const { requests, requestsPerSecond, p50, p99, errors } = load;
  if (requests === 0) throw new Error(`${peer} answered nothing in ${workload}`);
  return { workload, peer, cpuMicros: used.cpuMicros / requests, requestsPerSecond, p50, p99, memoryMiB: used.memoryMiB, errors };
}

/** Folds the rounds into one row for each workload and peer: the median of every figure, and the sum of errors. */
export function fold(rows: readonly Row[]): Row[] {
  return workloadNames.flatMap((workload) =>
    peerNames.flatMap((peer) => {
      const rounds = rows.filter((row) => row.workload === workload && row.peer === peer);
      return rounds.length > 0 ? [foldOne(workload, peer, rounds)] : [];
    }),
  );
}

function foldOne(workload: WorkloadName, peer: PeerName, rounds: readonly Row[]): Row {
  const middle = (figure: 'cpuMicros' | 'requestsPerSecond' | 'p50' | 'p99' | 'memoryMiB') =>
    Number(median(rounds.map((round) => round[figure])).toFixed(2));
  return {
    workload,
    peer,
    cpuMicros: middle('cpuMicros'),
    requestsPerSecond: Math.round(middle('requestsPerSecond')),
    p50: middle('p50'),
    p99: middle('p99'),
    memoryMiB: middle('memoryMiB'),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** The middle value; between the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error('no values to find the middle of');
  return (low + high) / 2;
}

/** A figure of this balancer, CPU time per request unless another is named, divided by another peer's; below 1 this balancer needs less. */
export function ratioTo(
  peer: PeerName,
  workload: WorkloadName,
  rows: readonly Row[],
  figure: 'cpuMicros' | 'p99' = 'cpuMicros',
): number | undefined {
  const figureOf = (name: PeerName) => rows.find((row) => row.workload === workload && row.peer === name)?.[figure];
  const [ours, theirs] = [figureOf('balancer'), figureOf(peer)];
  return ours !== undefined && theirs ? ours / theirs : undefined;
}

/** The most resident memory that a peer had at the end of a load, whichever it was, in MiB; nothing where it was not measured. */
export function loadedMiB(peer: PeerName, rows: readonly Row[]): number | undefined {
  const measured = rows.filter((row) => row.peer === peer).map(({ memoryMiB }) => memoryMiB);
  return measured.length > 0 ? Math.max(...measured) : undefined;
}
