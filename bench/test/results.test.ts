import { describe, expect, test } from '@jest/globals';
import { chartOf } from '../chart.ts';
import { memoryIn, parseStat, residentOf } from '../cpu.ts';
import { markLines } from '../marks.ts';
import { readOptions } from '../options.ts';
import { peerNames } from '../peers.ts';
import { reportOf } from '../report.ts';
import { type Circumstances, fold, median, type Row, ratioTo } from '../results.ts';

const row = (peer: Row['peer'], cpuMicros: number, more: Partial<Row> = {}): Row => {
  return { workload: 'get', peer, cpuMicros, requestsPerSecond: 1000, p50: 1, p99: 2, memoryMiB: 50, errors: 0, ...more };
};

const circumstances: Circumstances = {
  date: '2026-01-02',
  processor: 'a <processor> & more',
  cores: 'the proxy on core 0, load and origins on core 1',
  hasPair: false,
  node: '26.0.0',
  load: 'wrk 4.1.0',
  origins: 'nginx 1.22.1',
  rounds: 3,
  seconds: 3,
  connections: 32,
  versions: { nginx: '1.22.1' },
};

test('the median is the middle value, or lies between the two middle ones', () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 30])).toBe(3);
});

test('rounds fold into the median of each figure and the sum of errors', () => {
  const rounds = [row('nginx', 30, { p99: 9 }), row('nginx', 10, { p99: 7, errors: 2 }), row('nginx', 20, { p99: 8, errors: 1 })];
  expect(fold(rounds)).toEqual([row('nginx', 20, { p99: 8, errors: 3 })]);
});

test('a ratio below 1 says that this balancer needs less', () => {
  expect(ratioTo('caddy', 'get', [row('balancer', 40), row('caddy', 80)])).toBe(0.5);
});

test('a mark says whether it was reached, or that its peer was missing', () => {
  const lines = markLines({ rows: [row('balancer', 80), row('plain', 200), row('caddy', 90)], starts: [] }, false);
  expect(lines[0]).toMatch(/^not measured .*Node \+ undici$/);
  expect(lines[1]).toMatch(/^reached .*: 0\.40 ×$/);
  expect(lines[2]).toMatch(/^not reached .*: 0\.89 ×$/);
});

test('a mark may be about the slowest requests, about memory and about the start', () => {
  const rows = [row('balancer', 80, { p99: 30, memoryMiB: 120 }), row('caddy', 90, { p99: 10 })];
  const post = row('balancer', 80, { workload: 'post', memoryMiB: 141 });
  const lines = markLines({ rows: [...rows, post], starts: [{ peer: 'balancer', firstAnswer: 349.6, idleMiB: 84 }] }, false);
  expect(lines).toContainEqual(expect.stringMatching(/^not reached .*small GET: at most 1\.5 × the p99 of Caddy: 3\.00 ×$/));
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^reached .*before any load.*: 84 MiB$/),
    expect.stringMatching(/^not reached .*after load.*: 141 MiB$/),
    expect.stringMatching(/^reached .*first answer.*: 350 ms$/),
  ]);
});

test('what a second thread costs is a mark of its own; what it brings is skipped, with the reason, where there are too few cores', () => {
  const results = { rows: [row('balancer', 80), row('threads', 88, { requestsPerSecond: 1850 })], starts: [] };
  expect(markLines(results, false)).toEqual([
    expect.stringMatching(/^not reached .*at most 1\.08 × .*: 1\.10 ×$/),
    expect.stringMatching(/^skipped .*at least 1\.8 × as many .*: that takes 4 cores/),
  ]);
  expect(markLines(results, true)[1]).toMatch(/^reached .*: 1\.85 ×$/);
});

test('the report has what each peer took to its first answer, and its memory before load and after the load that left it with most', () => {
  const rows = [row('balancer', 80, { memoryMiB: 90 }), row('balancer', 80, { workload: 'post', memoryMiB: 101 }), row('nginx', 20)];
  const starts = [
    { peer: 'balancer', firstAnswer: 300.4, idleMiB: 80 },
    { peer: 'nginx', firstAnswer: 9, idleMiB: 7.5 },
  ] as const;
  const lines = reportOf({ rows, starts }, circumstances).split('\n');
  const table = lines.slice(lines.findIndex((line) => line.startsWith('start and memory')));
  expect(table[1]?.split(/ {2,}/)).toEqual(['this balancer', '300', '80.0', '101.0']);
  expect(table[2]?.split(/ {2,}/)).toEqual(['nginx', '9', '7.5', '50.0']);
});

test('options: everything on one core, or two threads beside one', () => {
  const everything = readOptions([]);
  expect(everything).toMatchObject({ rounds: 3, seconds: 3, whole: true });
  expect(everything.peers).not.toContain('threads');
  expect(readOptions(['--only=nginx'])).toMatchObject({ peers: ['balancer', 'nginx'], whole: false });
  expect(readOptions(['threads', '--rounds=5'])).toMatchObject({ rounds: 5, peers: ['balancer', 'threads'], workloads: ['get'] });
  expect(() => readOptions(['--only=threads'])).toThrow('--only: threads is not among balancer, bare, plain');
  expect(() => readOptions(['thread'])).toThrow('thread: only the word picks or threads');
});

test('reads the times of a process whose name has spaces and parentheses', () => {
  const stat = '7 (a) b (c) S 3 7 7 0 -1 4194304 1 0 0 0 12 34 0 0 20 0 1 0 100 0 0';
  expect(parseStat(7, stat)).toEqual({ pid: 7, parent: 3, cpuMicros: 460_000 });
});

test('memory that processes share counts once, as all of the largest', () => {
  const rollup = 'Rss:  9000 kB\nPss:  5000 kB\nShared_Clean:  6000 kB\nPrivate_Clean:  1000 kB\nPrivate_Dirty:  2000 kB\n';
  expect(memoryIn(rollup)).toEqual({ all: 9000, own: 3000 });
  expect(memoryIn('')).toEqual({ all: 0, own: 0 });
  expect(residentOf([memoryIn(rollup), { all: 20_000, own: 100 }])).toBe(23_000);
});

describe('the chart', () => {
  const rows = peerNames.map((peer, i) => row(peer, 10 * (i + 1)));
  const chart = chartOf(rows, circumstances);

  test('has a bar for each peer, in proportion, with its figure at the end', () => {
    const lengths = [...chart.matchAll(/class="bar".* width="([\d.]+)"/g)].map(([, length]) => Number(length));
    expect(lengths).toHaveLength(peerNames.length);
    expect((lengths.at(-1) ?? 0) / (lengths[0] ?? 1)).toBeCloseTo(peerNames.length, 1);
    for (const { cpuMicros } of rows) expect(chart).toContain(`>${cpuMicros}</text>`);
  });

  test('escapes what the machine says about itself', () => {
    expect(chart).toContain('a &lt;processor> &amp; more');
  });
});
