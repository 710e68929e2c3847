import { type PeerName, peers } from './peers.ts';
import { type Row, ratioTo } from './results.ts';
import { type WorkloadName, workloads } from './workloads.ts';

/** What this balancer wants to reach: at most so many times another peer's CPU time per request. */
interface Mark {
  readonly workload: WorkloadName;
  readonly peer: PeerName;
  readonly atMost: number;
}

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
  return marks.map(({ workload, peer, atMost }) => {
    const ratio = ratioTo(peer, workload, rows);
    const what = `${workloads[workload].title}: at most ${atMost} × ${peers[peer].title}`;
    return ratio === undefined ? `not measured  ${what}` : `${verdict(ratio <= atMost)}  ${what}: ${ratio.toFixed(2)} ×`;
  });
}

function verdict(reached: boolean): string {
  return reached ? 'reached     ' : 'not reached ';
}
