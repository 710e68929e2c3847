import { type PeerName, peers } from './peers.ts';
import type { Circumstances, Row } from './results.ts';
import { colours, openingOf, text } from './svg.ts';
import { type WorkloadName, workloadNames, workloads } from './workloads.ts';

/** Lengths in the picture's own units, which are pixels at its natural size. */
const width = 820;
const labels = 200;
const longest = width - labels - 90;
const bar = { height: 18, pitch: 24 };
const group = { head: 34, gap: 12 };
const top = 84;
const bottom = 46;

const words = {
  title: 'CPU time per request of this balancer and of other proxies',
  heading: 'CPU time per request',
  about: 'µs that the proxy spends on one request, on one core; shorter is better',
};

/** An SVG bar chart of CPU time per request, a group of bars for each workload, all on one scale; ours stands out. */
export function chartOf(rows: readonly Row[], circumstances: Circumstances): string {
  const measured = workloadNames.filter((name) => rows.some(({ workload }) => workload === name));
  const scale = longest / Math.max(...rows.map(({ cpuMicros }) => cpuMicros));
  let y = top;
  const groups = measured.map((workload) => {
    const own = rows.filter((row) => row.workload === workload);
    const drawn = groupOf(workload, own, circumstances, scale, y);
    y += group.head + own.length * bar.pitch + group.gap;
    return drawn;
  });
  return [...openingOf(width, y + bottom, words), ...groups.flat(), ...captionOf(circumstances, y + 14), '</svg>', ''].join('\n');
}

function groupOf(workload: WorkloadName, rows: readonly Row[], { versions }: Circumstances, scale: number, y: number): string[] {
  const head = text(24, y + 22, workloads[workload].title, 'font-size="15" font-weight="600"');
  const bars = rows.flatMap((row, i) => barOf(row, versions[row.peer], row.cpuMicros * scale, y + group.head + i * bar.pitch));
  return [head, ...bars];
}

function barOf({ peer, cpuMicros }: Row, version: string | undefined, length: number, y: number): string[] {
  const ours = peer === 'balancer';
  const weight = ours ? 'font-weight="600"' : '';
  const middle = y + bar.height / 2 + 5;
  return [
    text(labels - 12, middle, labelOf(peer, version), `font-size="13" text-anchor="end" ${weight}`),
    `<rect class="bar" x="${labels}" y="${y}" width="${length.toFixed(1)}" height="${bar.height}" rx="2" fill="${ours ? colours.good : colours.other}"/>`,
    text(labels + Number(length.toFixed(1)) + 8, middle, cpuMicros.toFixed(cpuMicros < 10 ? 1 : 0), `font-size="13" ${weight}`),
  ];
}

function labelOf(peer: PeerName, version: string | undefined): string {
  return peer === 'balancer' ? peers[peer].title : `${peers[peer].title} ${version ?? ''}`.trim();
}

function captionOf({ date, processor, node, load, origins, rounds, seconds, connections }: Circumstances, y: number): string[] {
  const style = `font-size="12" fill="${colours.quiet}"`;
  const how = `Median of ${rounds} rounds of ${seconds} s; ${connections} connections from ${load}; 4 origins on ${origins}`;
  return [text(24, y, how, style), text(24, y + 18, `Node.js ${node}; ${processor}; ${date}`, style)];
}
