import { answered } from '../asking.ts';
import { atLeast, atMost, between, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const posts = 8;
const gets = 40;
const storm = { count: 160, atOnce: 40 };

/** Chapter 11: trying again helps where one fails, and must not where all do. */
export const tryingAgain: Lesson = {
  title: 'Trying again',
  steps: [
    `has one origin reset every connection, and sends ${posts} POSTs, which may not be done twice`,
    `sends ${gets} GETs, which may`,
    `has all four reset, and sends ${storm.count} GETs, ${storm.atOnce} at once`,
  ],
  seconds: 3,
  play: async (stage) => {
    await stage.choose('round-robin');
    await stage.fault(0, { resetRate: 1 });
    const once = await stage.attemptsIn(() => stage.ask.inTurn(posts, { method: 'POST' }));
    await stage.forgive();
    const again = await stage.attemptsIn(() => stage.ask.inTurn(gets));
    await stage.forgive();
    await stage.faults(() => ({ latencyMs: 20, resetRate: 1 }));
    const stormed = await stage.attemptsIn(() => stage.ask.together(storm.count, storm.atOnce));
    const amplified = stormed.attempts / storm.count;
    return {
      figures: [
        atLeast('POSTs that were lost: nobody knows whether they were done', posts - answered(once.answers), 1),
        between('attempts for each POST', once.attempts / posts, 1, 1.05),
        exactly('GETs that were lost', gets - answered(again.answers), 0),
        between('attempts for each GET while one origin fails', again.attempts / gets, 1.02, 1.5),
        atMost('attempts for each GET while all fail; without a budget it were 4', amplified, 2.2),
      ],
      sentence: `With one origin failing no GET was lost; with all failing, retries added ${Math.round((amplified - 1) * 100)} % and not 300 %.`,
    };
  },
};
