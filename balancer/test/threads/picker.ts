import { parentPort, workerData } from 'node:worker_threads';
import type { Lease } from '../../src/brain/pool/lease.ts';
import { Ledger } from '../../src/brain/pool/ledger.ts';
import { MirrorRoster } from '../../src/brain/pool/mirror-roster.ts';
import { Pool } from '../../src/brain/pool/pool.ts';
import type { RosterSnapshot } from '../../src/brain/pool/roster.ts';
import { seeded } from '../../src/brain/seeded.ts';
import { policies } from '../../src/brain/select/policies.ts';
import { waits } from '../../src/threads/memory.ts';

/** What a thread of the stress test is told to do. */
export interface PickerStart {
  readonly memory: SharedArrayBuffer;
  readonly thread: number;
  readonly roster: RosterSnapshot;
  readonly policy: string;
  readonly picks: number;
  readonly seed: number;
  /** Leases that are held at the same time. */
  readonly held: number;
}

/** What it found: picks of each origin, and the largest difference in flight that it saw at the moment of a pick. */
export interface PickerEnd {
  readonly picks: Record<string, number>;
  readonly spread: number;
}

const start = workerData as PickerStart;
const ledger = new Ledger(start.memory, start.thread, waits);
const now = () => performance.timeOrigin + performance.now();
const roster = new MirrorRoster(
  ledger,
  now,
  () => {},
  (href) => new URL(href),
);
roster.mirror(start.roster);
const pool = new Pool(roster, { maxConnections: 1_000_000, slowStart: 0 }, ledger, now);
const turns = {
  next: () => ledger.nextTurn(),
  of: (origin: { id: string }) => pool.roster.memberCalled(origin.id)?.figures ?? { last: 0, credit: 0 },
};
const random = seeded(start.seed);
const policy = policies[start.policy]?.({ random, now, turns });
const picks: Record<string, number> = {};
const leases: Lease[] = [];
let spread = 0;

for (let i = 0; i < start.picks; i += 1) {
  pool.exclusively(() => {
    const candidates = pool.candidates([]);
    const inFlight = candidates.map((candidate) => candidate.inFlight);
    spread = Math.max(spread, Math.max(...inFlight) - Math.min(...inFlight));
    const candidate = policy?.select(candidates, { key: '' }).candidate;
    if (!candidate) return;
    picks[candidate.origin.id] = (picks[candidate.origin.id] ?? 0) + 1;
    leases.push(pool.lease(candidate));
  });
  if (leases.length > start.held) {
    const [lease] = leases.splice(Math.floor(random() * leases.length), 1);
    lease?.release();
  }
}
for (const lease of leases) lease.release();
parentPort?.postMessage({ picks, spread } satisfies PickerEnd);
