import { markLines } from './marks.ts';
import { peers } from './peers.ts';
import { type Circumstances, loadedMiB, type Results, type Row, ratioTo, type StartRow } from './results.ts';
import { type WorkloadName, workloadNames, workloads } from './workloads.ts';

/** The whole report as text: how it was measured, a table for each workload, one of starts and memory, and the marks. */
export function reportOf(results: Results, circumstances: Circumstances): string {
  const { rows } = results;
  const measured = workloadNames.filter((name) => rows.some(({ workload }) => workload === name));
  const tables = measured.map((name) => tableOf(name, rows).join('\n'));
  return [
    circumstanceLines(circumstances).join('\n'),
    ...tables,
    startTable(results).join('\n'),
    ['Marks', ...markLines(results, circumstances.hasPair)].join('\n'),
  ].join('\n\n');
}

function circumstanceLines({ processor, cores, node, load, origins, rounds, seconds, connections }: Circumstances): string[] {
  return [
    `${processor}; ${cores}`,
    `Node.js ${node}; load from ${load}; origins: 4 on ${origins}`,
    `median of ${rounds} rounds of ${seconds} s, ${connections} connections for each thread; "ours is" compares CPU time per request`,
  ];
}

const columns = ['CPU µs/request', '   ours is', 'requests/s', 'p50 ms', 'p99 ms', 'MiB then', 'errors'];

function tableOf(workload: WorkloadName, rows: readonly Row[]): string[] {
  const lines = rows
    .filter((row) => row.workload === workload)
    .map((row) => lineOf(peers[row.peer].title, cellsOf(row, rows), columns, row.errors));
  return [lineOf(workloads[workload].title, columns, columns), ...lines];
}

function cellsOf(row: Row, rows: readonly Row[]): string[] {
  const ratio = row.peer === 'balancer' ? undefined : ratioTo(row.peer, row.workload, rows);
  return [
    row.cpuMicros.toFixed(1),
    ratio === undefined ? '' : `${ratio.toFixed(2)} × it`,
    String(row.requestsPerSecond),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    row.memoryMiB.toFixed(1),
    String(row.errors),
  ];
}

const startColumns = ['first answer ms', 'MiB before load', 'MiB after load'];

function startTable({ rows, starts }: Results): string[] {
  const lines = starts.map((start) => lineOf(peers[start.peer].title, startCellsOf(start, rows), startColumns));
  return [lineOf('start and memory', startColumns, startColumns), ...lines];
}

function startCellsOf({ peer, firstAnswer, idleMiB }: StartRow, rows: readonly Row[]): string[] {
  return [firstAnswer.toFixed(0), idleMiB.toFixed(1), loadedMiB(peer, rows)?.toFixed(1) ?? ''];
}

function lineOf(name: string, cells: readonly string[], heads: readonly string[], errors = 0): string {
  const padded = cells.map((cell, i) => cell.padStart((heads[i]?.length ?? 0) + 3));
  return `${name.padEnd(18)}${padded.join('')}${errors > 0 ? '  !' : ''}`;
}
