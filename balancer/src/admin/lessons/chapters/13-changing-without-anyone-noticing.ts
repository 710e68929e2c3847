import { answered } from '../asking.ts';
import { atLeast, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';
import type { Stage } from '../stage.ts';

const requests = 160;
const rate = 80;

/** Time for which each origin stays out, in ms. */
const outMs = 150;

/** Chapter 13: every origin is taken out and put back, one after the other, and no client notices. */
export const changingUnnoticed: Lesson = {
  title: 'Changing without anyone noticing',
  steps: [
    `sends ${rate} requests a second for 2 s`,
    'meanwhile drains each origin, waits until nothing runs there, and puts it back after a moment',
  ],
  seconds: 3,
  play: async (stage) => {
    await stage.choose('round-robin');
    await stage.faults(() => ({ latencyMs: 20 }));
    const [answers, absences] = await Promise.all([stage.ask.spread(requests, rate), replaceAll(stage)]);
    const strays = absences.flatMap(({ place, from, to }) =>
      answers.filter(({ origin, at, ms }) => origin === place && at > from && at + ms < to),
    );
    return {
      figures: [
        exactly('origins that were empty once', absences.length, 4),
        atLeast('requests sent meanwhile', answers.filter(({ at }) => absences.some(({ from, to }) => at > from && at < to)).length, 1),
        exactly('requests that failed', requests - answered(answers), 0),
        exactly('requests that an origin got while it was out', strays.length, 0),
      ],
      sentence: `All four origins were taken out and put back under ${requests} requests, and none of these failed.`,
    };
  },
};

interface Absence {
  readonly place: number;
  /** Between which times it was out, on the clock of `performance.now()`. */
  readonly from: number;
  readonly to: number;
}

async function replaceAll(stage: Stage): Promise<readonly Absence[]> {
  const absences: Absence[] = [];
  for (let place = 0; place < 4; place += 1) {
    await stage.drain(place);
    const from = performance.now();
    await stage.ask.rest(outMs);
    absences.push({ place, from, to: performance.now() });
    await stage.enable(place);
  }
  return absences;
}
