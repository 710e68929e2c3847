import { coresForPair } from './machine.ts';
import { type PeerName, peers } from './peers.ts';
import { type Row, ratioTo } from './results.ts';
import { type WorkloadName, workloads } from './workloads.ts';

/** What this balancer wants to reach: at most so many times another peer's CPU time per request. */
interface Mark {
  readonly workload: WorkloadName;
  readonly peer: PeerName;
  readonly atMost: number;
}

/** What a second thread may cost: one thread's CPU time per request is at least so many times that of two. */
const atLeastOfTwo = 1 / 1.08;

/** How many times as many requests two threads answer as one, each on a core of its own. */
const leastThroughput = 1.8;

const marks: readonly Mark[] = [
  { workload: 'get', peer: 'plain', atMost: 0.45 },
  { workload: 'get', peer: 'caddy', atMost: 0.85 },
  { workload: 'get', peer: 'go', atMost: 0.85 },
  { workload: 'get', peer: 'nginx', atMost: 4 },
  { workload: 'large', peer: 'caddy', atMost: 0.9 },
  { workload: 'post', peer: 'caddy', atMost: 0.9 },
];

/** A line for each mark of what was measured (`hasPair` is whether two threads had two cores): whether it was reached, and with which figure. */
export function markLines(rows: readonly Row[], hasPair: boolean): string[] {
  if (rows.some(({ peer }) => peer === 'threads')) return [threadLine(rows), throughputLine(rows, hasPair)];
  return marks.map(({ workload, peer, atMost }) => {
    const ratio = ratioTo(peer, workload, rows);
    const what = `${workloads[workload].title}: at most ${atMost} × ${peers[peer].title}`;
    return ratio === undefined ? `not measured  ${what}` : `${verdict(ratio <= atMost)}  ${what}: ${ratio.toFixed(2)} ×`;
  });
}

function threadLine(rows: readonly Row[]): string {
  const ratio = ratioTo('threads', 'get', rows);
  const what = `${workloads.get.title}: two threads take at most 1.08 × the CPU time of one`;
  return ratio === undefined ? `not measured  ${what}` : `${verdict(ratio >= atLeastOfTwo)}  ${what}: ${(1 / ratio).toFixed(2)} ×`;
}

function throughputLine(rows: readonly Row[], hasPair: boolean): string {
  const what = `${workloads.get.title}: two threads answer at least ${leastThroughput} × as many requests as one`;
  if (!hasPair) return `skipped       ${what}: that takes ${coresForPair} cores, two for the threads, two for load and origins`;
  const [one, two] = (['balancer', 'threads'] as const).map((name) =>
    rows.find(({ peer, workload }) => peer === name && workload === 'get'),
  );
  if (!one || !two) return `not measured  ${what}`;
  const ratio = two.requestsPerSecond / one.requestsPerSecond;
  return `${verdict(ratio >= leastThroughput)}  ${what}: ${ratio.toFixed(2)} ×`;
}

function verdict(reached: boolean): string {
  return reached ? 'reached     ' : 'not reached ';
}
