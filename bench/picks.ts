import { seeded } from '../balancer/src/brain/seeded.ts';
import { policies } from '../balancer/src/brain/select/policies.ts';
import type { Pick, SelectionPolicy } from '../balancer/src/brain/select/policy.ts';
import { median } from './results.ts';

/** What one pick of a policy takes among so many origins. */
interface PickCost {
  readonly policy: string;
  readonly origins: number;
  readonly nanoseconds: number;
  /** Memory that a pick takes anew: its record. */
  readonly bytes: number;
}

/** The most that a pick may take among so many origins, in ns. */
const marks = new Map([
  [4, 1000],
  [1000, 20_000],
]);

/** Length of one measurement in ms, and how many there are: the quickest counts, since other work of the machine only adds. */
const batch = 50;
const batches = 15;

/** Measures what a pick costs with every policy, and tells it as a table with the marks. */
export function picksReport(): string {
  const costs = [...marks.keys()].flatMap((origins) => Object.keys(policies).map((policy) => measurePicks(policy, origins)));
  const lines = costs.map(({ policy, origins, nanoseconds, bytes }) => {
    const reached = nanoseconds < (marks.get(origins) ?? 0) ? 'reached' : 'not reached';
    return [
      policy.padEnd(16),
      String(origins).padStart(8),
      nanoseconds.toFixed(0).padStart(10),
      bytes.toFixed(0).padStart(8),
      `   ${reached}`,
    ].join('');
  });
  const wanted = [...marks].map(([origins, most]) => `${most / 1000} µs among ${origins}`).join(', ');
  return [
    `Node.js ${process.versions.node}; CPU time in the quickest of ${batches} batches; wanted: below ${wanted} origins`,
    `${'policy'.padEnd(16)} origins   ns/pick   bytes`,
    ...lines,
  ].join('\n');
}

function measurePicks(name: string, origins: number): PickCost {
  const policy = policies[name]?.({ random: seeded(1), now: () => performance.now() });
  if (!policy) throw new Error(`no policy ${name}`);
  const pick = picker(policy, origins);
  timePicks(pick);
  const nanoseconds = Math.min(...Array.from({ length: batches }, () => timePicks(pick)));
  const bytes = median(Array.from({ length: batches }, () => weighPicks(pick)));
  return { policy: name, origins, nanoseconds, bytes };
}

/** Makes a function that picks once, among origins whose figures change as they do under load. */
function picker(policy: SelectionPolicy, origins: number): () => Pick {
  const candidates = Array.from({ length: origins }, (_, index) => {
    const origin = { id: `10.0.0.1:${10_000 + index}`, url: new URL('http://10.0.0.1'), weight: 1, backup: false };
    return { origin, weight: 1, inFlight: index % 4, latencyMs: 10 + (index % 7) };
  });
  const requests = Array.from({ length: 1000 }, (_, index) => ({ key: `192.168.${index >> 8}.${index & 255}` }));
  let count = 0;
  return () => {
    const request = requests[count % requests.length] ?? { key: '' };
    const pick = policy.select(candidates, request);
    const picked = pick.candidate as (typeof candidates)[number];
    picked.inFlight = (picked.inFlight + 1) % 4;
    count += 1;
    return pick;
  };
}

/** The last pick, kept as a decision record is: a record that nobody keeps costs nothing. */
let kept: Pick | undefined;

/** ns of CPU time for one pick, over picks that take one batch together. */
function timePicks(pick: () => Pick): number {
  const before = process.cpuUsage();
  const end = performance.now() + batch;
  let picks = 0;
  for (; performance.now() < end; picks += 100) for (let i = 0; i < 100; i += 1) kept = pick();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / picks;
}

/** Bytes that the heap grows by with one pick. Too few picks for a collection to come between, most of the time. */
function weighPicks(pick: () => Pick): number {
  const picks = 500;
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < picks; i += 1) kept = pick();
  if (!kept) throw new Error('nothing was picked');
  return Math.max(0, process.memoryUsage().heapUsed - before) / picks;
}
