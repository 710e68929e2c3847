import { shareOf } from '../asking.ts';
import { atMost, between } from '../judge.ts';
import type { Lesson } from '../lesson.ts';
import { percent } from '../percent.ts';

const requests = 160;
const atOnce = 12;

/** Chapter 7: of two drawn by lot, the one with less to do is nearly as good as the best of all. */
export const twoGuesses: Lesson = {
  title: 'Two guesses',
  steps: [
    `with one slow origin and random, sends ${requests} requests, ${atOnce} at once`,
    'sends as many with two-choices, which draws two and takes the one with less to do',
  ],
  seconds: 3,
  play: async (stage) => {
    await stage.faults((place) => ({ latencyMs: place === 0 ? 150 : 15 }));
    await stage.choose('random');
    const blind = shareOf(0, await stage.ask.together(requests, atOnce));
    await stage.choose('two-choices');
    const seeing = shareOf(0, await stage.ask.together(requests, atOnce));
    return {
      figures: [
        between('share of the slow origin with one guess', blind, 0.1, 0.42),
        atMost('share of the slow origin with two guesses', seeing, 0.16),
        atMost('part that two guesses give it of what one gave it', seeing / blind, 0.75),
      ],
      sentence: `One guess gave the slow origin ${percent(blind)} of the requests, two guesses ${percent(seeing)}.`,
    };
  },
};
