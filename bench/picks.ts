import { choose, type PolicyInUse } from '../balancer/src/brain/dispatch/choose.ts';
import type { Exchange } from '../balancer/src/brain/exchange/exchange.ts';
import type { Lease } from '../balancer/src/brain/pool/lease.ts';
import { Ledger, layOut, ledgerBytes } from '../balancer/src/brain/pool/ledger.ts';
import { MainRoster } from '../balancer/src/brain/pool/main-roster.ts';
import { Pool } from '../balancer/src/brain/pool/pool.ts';
import { turnsIn } from '../balancer/src/brain/pool/turns.ts';
import { seeded } from '../balancer/src/brain/seeded.ts';
import { policies, policyNumberOf } from '../balancer/src/brain/select/policies.ts';
import { median } from './results.ts';

/** Among whom is picked. */
interface Field {
  readonly origins: number;
  /** How many of them are down, spread over the list. */
  readonly down: number;
}

/** What one pick of a policy takes. */
interface PickCost {
  readonly policy: string;
  readonly field: Field;
  /** From the choice to its lease, and giving that back. */
  readonly nanoseconds: number;
  /** Memory that a pick takes anew: its record. */
  readonly bytes: number;
}

const fields: readonly Field[] = [
  { origins: 4, down: 0 },
  { origins: 4, down: 1 },
  { origins: 1000, down: 0 },
  { origins: 1000, down: 1 },
  { origins: 1000, down: 100 },
];

/** Policies that look at every origin, since a key prefers each of them more or less. */
const lookAtAll: ReadonlySet<string> = new Set(['rendezvous-hash', 'bounded-hash']);

/** The most that the median pick may take, in ns. */
function markFor(policy: string, { origins }: Field): number {
  if (origins <= 4) return 2000;
  return lookAtAll.has(policy) ? 20_000 : 5000;
}

/** Length of one measurement in ms, and how many there are. */
const batch = 20;
const batches = 15;

/** Attempts that are under way at a time, beside those that never end. */
const underWay = 64;

/** Measures what a pick costs with every policy, from the choice under the pool's lock to its lease, and tells it as a table with the marks. */
export function picksReport(): string {
  const costs = fields.flatMap((field) => Object.keys(policies).map((policy) => measurePicks(policy, field)));
  const lines = costs.map(({ policy, field, nanoseconds, bytes }) =>
    [
      policy.padEnd(16),
      String(field.origins).padStart(8),
      String(field.down).padStart(6),
      nanoseconds.toFixed(0).padStart(10),
      bytes.toFixed(0).padStart(8),
      String(markFor(policy, field)).padStart(8),
      nanoseconds <= markFor(policy, field) ? '   reached' : '   not reached',
    ].join(''),
  );
  return [
    `Node.js ${process.versions.node}; CPU time, the median of ${batches} batches`,
    `${'policy'.padEnd(16)} origins  down   ns/pick   bytes    mark`,
    ...lines,
  ].join('\n');
}

function measurePicks(policy: string, field: Field): PickCost {
  const pick = picker(policy, field);
  for (let warm = 0; warm < 3; warm += 1) timePicks(pick);
  const nanoseconds = median(Array.from({ length: batches }, () => timePicks(pick)));
  const bytes = median(Array.from({ length: batches }, () => weighPicks(pick)));
  return { policy, field, nanoseconds, bytes };
}

/** Makes a function that picks once, in a pool where some attempts never end and others do so in the order of their picks. */
function picker(policyName: string, { origins, down }: Field): () => Exchange {
  const now = () => performance.now();
  const list = Array.from({ length: origins }, (_, index) => {
    const id = `10.0.${index >> 8}.${index & 255}:8080`;
    return { id, url: new URL(`http://${id}`), weight: 1, backup: false };
  });
  const size = { threads: 1, origins };
  const random = seeded(1);
  const ledger = new Ledger(layOut(new SharedArrayBuffer(ledgerBytes(size)), size, random), 0);
  const roster = new MainRoster(list, ledger, now);
  const pool = new Pool(roster, { maxConnections: 1024, slowStart: 0 }, ledger, now);
  for (let out = 0; out < down; out += 1) {
    const origin = list[Math.floor(((out + 0.5) * origins) / down)];
    if (origin) roster.setHealth(origin, 'down', '3 of 3 probes failed, ECONNREFUSED', true);
  }
  const policy = policies[policyName]?.({ random, now, turns: turnsIn(ledger, roster) });
  if (!policy) throw new Error(`no policy ${policyName}`);
  const inUse: PolicyInUse = { policy, policyName, policyNumber: policyNumberOf(policyName) };
  for (const [index, { figures }] of roster.members.entries()) figures.count(index % 4);
  policy.prepare?.(pool.usable());
  const keys = Array.from({ length: 1000 }, (_, index) => `192.168.${index >> 8}.${index & 255}`);
  const leases: (Lease | undefined)[] = new Array(underWay).fill(undefined);
  let count = 0;
  return () => {
    const exchange: Exchange = { id: '', method: 'GET', target: '/', client: '', webSocket: false, startedAt: 0, attempts: [] };
    const begun = choose(exchange, { key: keys[count % keys.length] ?? '' }, pool, inUse);
    if (!begun) throw new Error('nobody was picked');
    exchange.attempts.push(begun.attempt);
    leases[count % underWay]?.release();
    leases[count % underWay] = begun.lease;
    count += 1;
    return exchange;
  };
}

/** The last exchange, kept as a decision record is: a record that nobody keeps costs nothing. */
let kept: Exchange | undefined;

/** ns of CPU time for one pick, over picks that take one batch together. */
function timePicks(pick: () => Exchange): number {
  const before = process.cpuUsage();
  const end = performance.now() + batch;
  let picks = 0;
  for (; performance.now() < end; picks += 100) for (let i = 0; i < 100; i += 1) kept = pick();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / picks;
}

/** Bytes that the heap grows by with one pick. Too few picks for a collection to come between, most of the time. */
function weighPicks(pick: () => Exchange): number {
  const picks = 500;
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < picks; i += 1) kept = pick();
  if (!kept) throw new Error('nothing was picked');
  return Math.max(0, process.memoryUsage().heapUsed - before) / picks;
}
