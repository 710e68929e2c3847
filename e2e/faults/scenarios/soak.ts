import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inLab } from '../lab.ts';
import { nothingLost, type Scenario } from '../scenario.ts';
import { percentile } from '../tally.ts';

/** What a process holds at one moment. */
interface Holdings {
  readonly mebibytes: number;
  readonly descriptors: number;
}

function holdingsOf(pid: number | undefined): Holdings {
  const [, kibibytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { mebibytes: Number(kibibytes) / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Holdings every 100 ms over a span of ms. */
async function watched(pid: number | undefined, span: number): Promise<Holdings[]> {
  const seen: Holdings[] = [];
  for (const end = performance.now() + span; performance.now() < end; await delay(100)) seen.push(holdingsOf(pid));
  return seen;
}

const medianOf = (seen: readonly Holdings[], what: keyof Holdings) =>
  percentile(
    seen.map((holdings) => holdings[what]),
    0.5,
  );

/** Growth of resident memory that is noise of the garbage collector, in MiB: what 2 KB kept of each request would exceed. */
const slack = 32;

/** Clients of whom some leave. */
const clients = 32;

/** Connections that may be open to four origins, if all clients met at each of them lately; a leak would be of thousands. */
const mostOpen = 4 * clients;

export const soak: Scenario = {
  name: 'soak',
  title: 'a minute of clients of whom a third leave before the answer',
  run: (stage) =>
    inLab(async (lab) => {
      const { pid } = lab.balancer;
      const crowd = lab.crowd({ count: clients, leave: 0.33 });
      const part = stage.short ? 4000 : 15_000;
      await delay(stage.short ? 8000 : 30_000);
      const early = await watched(pid, part);
      const late = await watched(pid, part);
      await crowd.stop();
      const growth = (what: keyof Holdings) => medianOf(late, what) - medianOf(early, what);
      const { checks } = stage;
      checks.hold(`memory grows by less than ${slack} MiB`, growth('mebibytes') < slack, `${growth('mebibytes').toFixed(1)} MiB`);
      checks.hold(`descriptors grow by less than ${mostOpen}`, growth('descriptors') < mostOpen, growth('descriptors'));
      await lab.until('nothing is in flight', async () => (await lab.status()).every(({ inFlight }) => inFlight === 0));
      return nothingLost(
        stage,
        crowd.samples,
        `memory ${growth('mebibytes').toFixed(1)} MiB, descriptors ${growth('descriptors')} more at the end`,
      );
    }),
};
