import { coresForPair } from './machine.ts';
import { type PeerName, peers } from './peers.ts';
import { loadedMiB, type Results, type Row, ratioTo } from './results.ts';
import { type WorkloadName, workloads } from './workloads.ts';

/** What this balancer wants to reach: a figure of so much at the most. */
interface Mark {
  readonly what: string;
  readonly unit: string;
  readonly atMost: number;
  /** Nothing where it was not measured. */
  figure(results: Results): number | undefined;
}

/** What a second thread may cost: one thread's CPU time per request is at least so many times that of two. */
const atLeastOfTwo = 1 / 1.08;

/** How many times as many requests two threads answer as one, each on a core of its own. */
const leastThroughput = 1.8;

const marks: readonly Mark[] = [
  times('cpuMicros', 'get', 'bare', 1),
  times('cpuMicros', 'get', 'plain', 0.4),
  times('cpuMicros', 'get', 'caddy', 0.52),
  times('cpuMicros', 'get', 'go', 0.65),
  times('cpuMicros', 'get', 'nginx', 3.5),
  times('p99', 'get', 'caddy', 1.5),
  times('cpuMicros', 'large', 'caddy', 0.75),
  times('cpuMicros', 'post', 'caddy', 0.55),
  times('p99', 'post', 'caddy', 1.5),
  own('resident memory before any load', 'MiB', 85, ({ starts }) => starts.find(({ peer }) => peer === 'balancer')?.idleMiB),
  own('resident memory after load', 'MiB', 140, ({ rows }) => loadedMiB('balancer', rows)),
  own('first answer after the start', 'ms', 350, ({ starts }) => starts.find(({ peer }) => peer === 'balancer')?.firstAnswer),
];

/** At most so many times a figure of another peer. */
function times(figure: 'cpuMicros' | 'p99', workload: WorkloadName, peer: PeerName, atMost: number): Mark {
  const of = { cpuMicros: 'the CPU time', p99: 'the p99' }[figure];
  const what = `${workloads[workload].title}: at most ${atMost} × ${of} of ${peers[peer].title}`;
  return { what, unit: '×', atMost, figure: ({ rows }) => ratioTo(peer, workload, rows, figure) };
}

/** At most so much of something of this balancer's own. */
function own(what: string, unit: string, atMost: number, figure: Mark['figure']): Mark {
  return { what: `${what}: at most ${atMost} ${unit}`, unit, atMost, figure };
}

/** A line for each mark of what was measured (`hasPair` is whether two threads had two cores): whether it was reached, and with which figure. */
export function markLines(results: Results, hasPair: boolean): string[] {
  const { rows } = results;
  if (rows.some(({ peer }) => peer === 'threads')) return [threadLine(rows), throughputLine(rows, hasPair)];
  return marks.map((mark) => markLine(mark, results));
}

function markLine({ what, unit, atMost, figure }: Mark, results: Results): string {
  const seen = figure(results);
  if (seen === undefined) return `not measured  ${what}`;
  return `${verdict(seen <= atMost)}  ${what}: ${seen.toFixed(unit === '×' ? 2 : 0)} ${unit}`;
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
