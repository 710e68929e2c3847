import { type Answer, answered, counts } from '../asking.ts';
import { atMost, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const requests = 40;

/** Chapter 2: round robin gives everybody their turn, and nobody two in a row. */
export const whoseTurn: Lesson = {
  title: 'Whose turn',
  steps: ['chooses round-robin', `sends ${requests} requests, each after the answer to the one before`],
  seconds: 1,
  play: async (stage) => {
    await stage.choose('round-robin');
    const answers = await stage.ask.inTurn(requests);
    const each = counts(answers);
    return {
      figures: [
        exactly('requests that were answered', answered(answers), requests),
        atMost('requests that the busiest origin got more than the idlest', Math.max(...each) - Math.min(...each), 2),
        atMost('times that an origin got two in a row', repeats(answers), 2),
      ],
      sentence: `Round robin gave the four origins ${each.join(', ')} of ${requests} requests, one after the other.`,
    };
  },
};

/** How often an answer came from the same origin as the one before. */
function repeats(answers: readonly Answer[]): number {
  return answers.filter(({ origin }, index) => index > 0 && origin === answers[index - 1]?.origin).length;
}
