import { type Answer, answered } from '../asking.ts';
import { atLeast, between, exactly, quantile } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

/** What one request takes at an origin, in ms; each serves one at a time, so that four do 100 a second. */
const service = 40;
const few = { count: 30, rate: 25 };
const many = { count: 170, rate: 95 };

/** Chapter 3: the same work takes longer when everybody is nearly busy. */
export const whyWaitingGrows: Lesson = {
  title: 'Why waiting grows',
  steps: [
    `has every origin serve one request at a time, ${service} ms each: the four can do 100 a second`,
    `sends ${few.rate} requests a second`,
    `sends ${many.rate} requests a second`,
  ],
  seconds: 5,
  play: async (stage) => {
    await stage.choose('random');
    await stage.faults(() => ({ latencyMs: service, capacity: 1, queue: 1000 }));
    const quiet = await stage.ask.spread(few.count, few.rate);
    const busy = await stage.ask.spread(many.count, many.rate);
    const [calm, crowded] = [times(quiet), times(busy)];
    // Of half of them: a pause of the machine makes a few take longer, and the average with them.
    const grown = quantile(crowded, 0.5) / quantile(calm, 0.5);
    return {
      figures: [
        exactly('requests that were answered', answered([...quiet, ...busy]), few.count + many.count),
        between('times as long for half of the requests, with 95 % of the work they can do in place of 25 %', grown, 1.3, 12),
        atLeast('times as long for the slowest of a hundred', quantile(crowded, 0.99) / quantile(calm, 0.5), 2),
      ],
      sentence: `The origins worked as fast as before, and half of the requests took ${grown.toFixed(1)} times as long or longer: it waited for others.`,
    };
  },
};

function times(answers: readonly Answer[]): number[] {
  return answers.map(({ ms }) => ms);
}
