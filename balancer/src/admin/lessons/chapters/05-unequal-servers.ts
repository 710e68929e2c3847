import { answered, counts } from '../asking.ts';
import { between, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const requests = 48;

/** Chapter 5: an origin of three times the weight gets three times as much. */
export const unequalServers: Lesson = {
  title: 'Unequal servers',
  steps: [`with equal weights, sends ${requests} requests`, 'gives the first origin the weight 3, and sends as many'],
  seconds: 1,
  play: async (stage) => {
    await stage.choose('round-robin');
    const equal = await stage.ask.inTurn(requests);
    await stage.weigh(0, 3);
    const weighted = await stage.ask.inTurn(requests);
    const [before, after] = [timesTheOthers(counts(equal)), timesTheOthers(counts(weighted))];
    return {
      figures: [
        exactly('requests that were answered', answered([...equal, ...weighted]), 2 * requests),
        between('times what each other origin got, with equal weights', before, 0.8, 1.25),
        between('times what each other origin got, with the weight 3', after, 2.5, 3.6),
      ],
      sentence: `With the weight 3, the first origin got ${after.toFixed(1)} times what each of the others got.`,
    };
  },
};

/** How many times as much the first one got as the others did on average. */
function timesTheOthers([first = 0, ...others]: readonly number[]): number {
  return (first * others.length) / others.reduce((sum, count) => sum + count, 0);
}
