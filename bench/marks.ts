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

const marks: readonly Mark[] = [
  { workload: 'get', peer: 'plain', atMost: 0.45 },
  { workload: 'get', peer: 'caddy', atMost: 0.85 },
  { workload: 'get', peer: 'go', atMost: 0.85 },
  { workload: 'get', peer: 'nginx', atMost: 4 },
  { workload: 'large', peer: 'caddy', atMost: 0.9 },
  { workload: 'post', peer: 'caddy', atMost: 0.9 },
];

/** A line for each mark: whether it was reached, and with which figure. */
export function markLines(rows: readonly Row[]): string[] {
  const lines = marks.map(({ workload, peer, atMost }) => {
    const ratio = ratioTo(peer, workload, rows);
    const what = `${workloads[workload].title}: at most ${atMost} × ${peers[peer].title}`;
    return ratio === undefined ? `not measured  ${what}` : `${verdict(ratio <= atMost)}  ${what}: ${ratio.toFixed(2)} ×`;
  });
  return [...lines, threadLine(rows)];
}

function threadLine(rows: readonly Row[]): string {
  const ratio = ratioTo('threads', 'get', rows);
  const what = `${workloads.get.title}: two threads take at most 1.08 × the CPU time of one`;
  return ratio === undefined ? `not measured  ${what}` : `${verdict(ratio >= atLeastOfTwo)}  ${what}: ${(1 / ratio).toFixed(2)} ×`;
}

function verdict(reached: boolean): string {
  return reached ? 'reached     ' : 'not reached ';
}
