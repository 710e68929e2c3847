import { shareOf } from '../asking.ts';
import { atLeast, atMost } from '../judge.ts';
import type { Lesson } from '../lesson.ts';
import { percent } from '../percent.ts';
import type { Stage } from '../stage.ts';

const requests = 32;
const slow = 0;

/** By how much, in ms: a busy machine's pauses must not look alike. */
const slowMs = 200;

/** Chapter 8: who measures sees a slow origin also where there is nothing to count. */
export const measuring: Lesson = {
  title: 'Measuring',
  steps: [
    `slows one origin down, by ${slowMs} ms`,
    `sends ${requests} requests one after the other with least-requests, which counts and finds everybody idle`,
    'sends as many with peak-ewma, which remembers how long answers took',
    'sends as many with prequal, which asks origins how they do',
  ],
  seconds: 4,
  play: async (stage) => {
    await stage.fault(slow, { latencyMs: slowMs });
    const counted = await shareWith(stage, 'least-requests');
    const measured = await shareWith(stage, 'peak-ewma');
    const asked = await shareWith(stage, 'prequal');
    return {
      figures: [
        atLeast('share of the slow origin by counting', counted, 0.15),
        atMost('its share by measuring, peak-ewma', measured, 0.15),
        atMost('its share by asking, prequal', asked, 0.2),
      ],
      sentence: `One request at a time leaves nothing to count: the slow origin got ${percent(counted)}. Who measures gave it ${percent(measured)}, who asks ${percent(asked)}.`,
    };
  },
};

async function shareWith(stage: Stage, policy: string): Promise<number> {
  await stage.choose(policy);
  return shareOf(slow, await stage.ask.inTurn(requests));
}
