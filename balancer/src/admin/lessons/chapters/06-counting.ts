import { shareOf } from '../asking.ts';
import { atLeast, atMost } from '../judge.ts';
import type { Lesson } from '../lesson.ts';
import { percent } from '../percent.ts';

const requests = 120;
const atOnce = 8;

/** Chapter 6: counting spares the slow one, and feeds whoever fails fast. */
export const counting: Lesson = {
  title: 'Counting, and its black hole',
  steps: [
    `with least-requests and one slow origin, sends ${requests} requests, ${atOnce} at once`,
    'has that origin answer 404 at once in place of working, and sends as many',
  ],
  seconds: 3,
  play: async (stage) => {
    await stage.choose('least-requests');
    await stage.faults((place) => ({ latencyMs: place === 0 ? 200 : 20 }));
    const slow = await stage.ask.together(requests, atOnce);
    await stage.faults((place) => (place === 0 ? { errorRate: 1, status: 404 } : { latencyMs: 60 }));
    const failing = await stage.ask.together(requests, atOnce);
    return {
      figures: [
        atMost('share of the slow origin; a quarter would be its turn', shareOf(0, slow), 0.18),
        atLeast('share of the origin that fails at once', shareOf(0, failing), 0.4),
      ],
      sentence: `While it was slow, the origin got ${percent(shareOf(0, slow))} of the requests; when it failed at once, it looked idle and got ${percent(shareOf(0, failing))}.`,
    };
  },
};
