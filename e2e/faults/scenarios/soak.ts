import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Heap } from '../heap.ts';
import { inLab, type Lab } from '../lab.ts';
import { nothingLost, type Scenario } from '../scenario.ts';

/** How much more memory may be needed after the second half, in MiB: what 300 bytes kept of each request would exceed. */
const slack = 2;

/** Clients of whom some leave. */
const clients = 32;

/** Connections that may be open to four origins, if all clients met at each of them lately; a leak would be of thousands. */
const mostOpen = 4 * clients;

export const soak: Scenario = {
  name: 'soak',
  title: 'a minute of clients of whom a third leave before the answer',
  run: (stage) =>
    inLab(async (lab) => {
      const heap = await Heap.of(lab.balancer);
      const half = async () => {
        const crowd = lab.crowd({ count: clients, leave: 0.33 });
        await delay(stage.short ? 8000 : 30_000);
        await crowd.stop();
        await lab.until('nothing is in flight', async () => (await lab.status()).every(({ inFlight }) => inFlight === 0));
        return { samples: crowd.samples, mebibytes: await heap.needed(), descriptors: descriptorsOf(lab) };
      };
      const [early, late] = [await half(), await half()];
      heap.close();
      const growth = late.mebibytes - early.mebibytes;
      const opened = late.descriptors - early.descriptors;
      stage.checks.hold(`memory in need grows by less than ${slack} MiB`, growth < slack, `${growth.toFixed(1)} MiB`);
      stage.checks.hold(`descriptors grow by less than ${mostOpen}`, opened < mostOpen, opened);
      const samples = [...early.samples, ...late.samples];
      return nothingLost(stage, samples, `memory in need ${growth.toFixed(1)} MiB, descriptors ${opened} more at the end`);
    }),
};

/** How many files and sockets its balancer has open. */
export function descriptorsOf({ balancer }: Lab): number {
  return readdirSync(`/proc/${balancer.pid}/fd`).length;
}
