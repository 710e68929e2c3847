import { setTimeout as delay } from 'node:timers/promises';
import { inLab, listed } from '../lab.ts';
import type { Scenario } from '../scenario.ts';
import { percentile } from '../tally.ts';

/** Each origin takes two requests of 100 ms at a time, and eight more may wait. */
const limits = ['--max-connections=2', '--max-waiting=8', '--wait-timeout=1s'];

export const overload: Scenario = {
  name: 'overload',
  title: 'four times the clients that origins and queue have room for',
  run: ({ checks, short }) =>
    inLab(
      async (lab) => {
        await Promise.all(lab.origins.map((origin) => origin.behave({ delayMs: 100 })));
        const crowd = lab.crowd({ count: 64, think: 50 });
        await delay(short ? 2000 : 5000);
        await crowd.stop();
        const answered = crowd.samples.filter(({ result }) => result === 200);
        const turnedAway = crowd.samples.filter(({ result }) => result === 503);
        const strange = crowd.samples.length - answered.length - turnedAway.length;
        const times = (samples: typeof answered) => samples.map(({ ms }) => ms);
        const refusal = percentile(times(turnedAway), 0.99);
        const answer = Math.max(...times(answered));
        checks.hold('whoever is not answered is turned away with 503', strange === 0 && turnedAway.length > 0, {
          strange,
          turnedAway: turnedAway.length,
        });
        // The short form runs on machines that do other things as well.
        const most = short ? 500 : 250;
        checks.hold(`at once, not after the longest wait of 1 s: in under ${most} ms (p99)`, refusal < most, `${Math.round(refusal)} ms`);
        checks.hold('who is let in waits no longer than the queue is', answer < 1000, `${Math.round(answer)} ms`);
        checks.hold(
          'origins are kept busy',
          answered.length / (answered.length + turnedAway.length) > 0.02 && answered.length > 100,
          answered.length,
        );
        const notes = `503 in ${Math.round(refusal)} ms (p99), answers in at most ${Math.round(answer)} ms`;
        return { requests: crowd.samples.length, failures: `503 × ${turnedAway.length}, by design`, notes };
      },
      (origins) => [...listed(origins), ...limits],
    ),
};
