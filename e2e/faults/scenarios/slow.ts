import { setTimeout as delay } from 'node:timers/promises';
import type { Sample } from '../clients.ts';
import { inLab } from '../lab.ts';
import type { LabOrigin } from '../lab-origin.ts';
import { inSeconds, nothingLost, type Scenario } from '../scenario.ts';
import { longest, tailOf } from '../tally.ts';

/** Response timeout of the lab's balancers, in ms. */
const responseTimeout = 5000;

/** A sample that took longer than this is late, in ms. */
const late = 1000;

/** How long other work on the machine may hold up everything, in s. */
const patience = 5;

export const hang: Scenario = {
  name: 'hang',
  title: 'hang one (SIGSTOP), then let it go on',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(1000);
      const before = crowd.samples.length;
      await delay(1000);
      const rate = crowd.samples.length - before;

      const [victim] = lab.origins as [LabOrigin];
      const hung = performance.now();
      victim.hang();
      let held = 0;
      await lab.until(`${victim.id} is out`, async () => {
        const { state, inFlight } = await lab.statusOf(victim);
        held = Math.max(held, inFlight);
        return state !== 'ready';
      });
      const out = performance.now();
      await lab.until('all that it held went on elsewhere', async () => (await lab.statusOf(victim)).inFlight === 0);
      let rateWithout = 0;
      for (let second = 0; second < patience && rateWithout < 0.5 * rate; second += 1) {
        const free = crowd.samples.length;
        await delay(1000);
        rateWithout = crowd.samples.length - free;
      }
      victim.resume();
      const resumed = performance.now();
      const back = await crowd.first(resumed, ({ body }) => body === String(victim.port), `a request to ${victim.id}`);
      await crowd.stop();

      const { checks } = stage;
      const lateOnes = crowd.samples.filter(({ ms }) => ms > late).length;
      checks.hold('out within the response timeout', out - hung <= responseTimeout + 200, inSeconds(out - hung));
      checks.hold('no more requests are late than it held', lateOnes <= held, `${lateOnes} late, ${held} held`);
      checks.hold(
        `throughput without it is at least half of before within ${patience} s`,
        rateWithout >= 0.5 * rate,
        `${rateWithout}/s, before ${rate}/s`,
      );
      const times = `out after ${inSeconds(out - hung)}, back ${inSeconds(back.start - resumed)} after it goes on`;
      return nothingLost(stage, crowd.samples, `${lateOnes} late, longest ${inSeconds(longest(crowd.samples))}; ${times}`);
    }),
};

export const alwaysFails: Scenario = {
  name: 'always-500',
  title: 'one always answers 500',
  run: ({ checks, short }) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(500);
      const [victim] = lab.origins as [LabOrigin];
      await victim.behave({ status: 500 });
      const begun = performance.now();
      await lab.comes(victim, 'ejected');
      await delay(short ? 3000 : 15_000);
      await crowd.stop();
      const later = crowd.sent(begun + 1000);
      const seen = later.filter(({ result }) => result === 500).length;
      const share = (100 * seen) / later.length;
      checks.hold('clients see it in under 2 % of answers after 1 s', share < 2, `${share.toFixed(2)} %, ${seen} of ${later.length}`);
      return { requests: crowd.samples.length, failures: `${share.toFixed(2)} % after 1 s`, notes: 'ejected by what requests meet' };
    }),
};

export const oneSlow: Scenario = {
  name: 'one-slow',
  title: 'one answers 50 times slower',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(1000);
      const warm = performance.now();
      await delay(2000);
      const [victim] = lab.origins as [LabOrigin];
      const ofOthers = (samples: Sample[]) =>
        tailOf(
          samples.filter(({ body }) => body !== String(victim.port)),
          stage.short,
        );
      const before = ofOthers(crowd.sent(warm));
      const begun = performance.now();
      await victim.behave({ delayMs: 100 });
      await delay(2000);
      await crowd.stop();
      const meanwhile = ofOthers(crowd.sent(begun));
      // The machine's own noise is of this size; an effect of the slow one would be of 100 ms.
      const allowed = Math.max(2 * before.ms, before.ms + 50);
      const words = `${before.name} of the others ${Math.round(meanwhile.ms)} ms, before ${Math.round(before.ms)} ms`;
      stage.checks.hold('the others are as fast as before', meanwhile.ms <= allowed, words);
      return nothingLost(stage, crowd.samples, words);
    }),
};
