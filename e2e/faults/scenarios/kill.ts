import { setTimeout as delay } from 'node:timers/promises';
import type { Clients } from '../clients.ts';
import { inLab } from '../lab.ts';
import type { LabOrigin } from '../lab-origin.ts';
import { inSeconds, nothingLost, type Scenario } from '../scenario.ts';
import { isFailure, longest, p99 } from '../tally.ts';

/** The moment at which an origin got a request again after the given one. */
async function backAt(crowd: Clients, origin: LabOrigin, after: number): Promise<number> {
  const sample = await crowd.first(after, ({ body }) => body === String(origin.port), `a request to ${origin.id}`);
  return sample.start;
}

export const killOne: Scenario = {
  name: 'kill-one',
  title: 'kill one of four, start it 3 s later',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(1000);
      const [victim] = lab.origins as [LabOrigin];
      await victim.kill();
      await delay(3000);
      const listens = await victim.start();
      const recovery = (await backAt(crowd, victim, listens)) - listens;
      await delay(500);
      await crowd.stop();
      stage.checks.hold('back in rotation at most 5 s after it listens', recovery <= 5000, inSeconds(recovery));
      return nothingLost(
        stage,
        crowd.samples,
        `back ${inSeconds(recovery)} after it listens; longest ${Math.round(longest(crowd.samples))} ms`,
      );
    }),
};

export const killThree: Scenario = {
  name: 'kill-three',
  title: 'kill three of four at once',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(1000);
      await Promise.all(lab.origins.slice(1).map((origin) => origin.kill()));
      await delay(2000);
      await crowd.stop();
      return nothingLost(stage, crowd.samples, `longest ${Math.round(longest(crowd.samples))} ms`);
    }),
};

export const killAll: Scenario = {
  name: 'kill-all',
  title: 'kill all four, start them 3 s later',
  run: ({ checks, short }) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(1000);
      const dead = performance.now();
      await Promise.all(lab.origins.map((origin) => origin.kill()));
      await delay(3000);
      const starting = performance.now();
      const listens = Math.max(...(await Promise.all(lab.origins.map((origin) => origin.start()))));
      const back = Math.max(...(await Promise.all(lab.origins.map((origin) => backAt(crowd, origin, listens)))));
      await delay(1000);
      await crowd.stop();

      const meanwhile = crowd.sent(dead, starting).filter(isFailure);
      const others = meanwhile.filter(({ result }) => result !== 502 && result !== 503);
      const slowest = longest(meanwhile);
      const recovery = Math.max(back, ...crowd.samples.filter(isFailure).map(({ start }) => start)) - listens;
      checks.hold('while all are dead, every answer is a 502 or 503', meanwhile.length > 100 && others.length === 0, others.slice(0, 3));
      // Not the slowest: that is now and then a pause of the machine, which holds up all clients at once. A short run is one that
      // may have other work beside it.
      const most = short ? 250 : 100;
      checks.hold(
        `they take under ${most} ms (p99)`,
        p99(meanwhile) < most,
        `${Math.round(p99(meanwhile))} ms, slowest ${Math.round(slowest)} ms`,
      );
      checks.hold('whole again at most 3 s after all listen', recovery <= 3000, inSeconds(recovery));
      const notes = `answers while down in ${Math.round(p99(meanwhile))} ms (p99), ${Math.round(slowest)} ms at most; whole ${inSeconds(Math.max(0, recovery))} after all listen`;
      return { requests: crowd.samples.length, failures: 'all, while none lives', notes };
    }),
};

export const flapping: Scenario = {
  name: 'flapping',
  title: 'one dies and comes back every 500 ms',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(500);
      const [victim] = lab.origins as [LabOrigin];
      const end = performance.now() + (stage.short ? 4000 : 10_000);
      let times = 0;
      for (; performance.now() < end; times++) {
        await victim.kill();
        await delay(500);
        await victim.start();
        await delay(500);
      }
      await crowd.stop();
      return nothingLost(stage, crowd.samples, `${times} times; longest ${Math.round(longest(crowd.samples))} ms`);
    }),
};

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  title: 'restart all four, one after the other',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(500);
      for (const origin of lab.origins) {
        await origin.stop();
        const listens = await origin.start();
        await backAt(crowd, origin, listens);
      }
      await delay(500);
      await crowd.stop();
      return nothingLost(stage, crowd.samples, `longest ${Math.round(longest(crowd.samples))} ms`);
    }),
};
