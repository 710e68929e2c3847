import { answered, counts } from '../asking.ts';
import { between, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const requests = 20;

/** Chapter 1: every request goes to one of two origins, and to no other. */
export const oneRequestTwoServers: Lesson = {
  title: 'One request, two servers',
  steps: ['takes two of the four origins out, by a drain', `sends ${requests} requests, each after the answer to the one before`],
  seconds: 1,
  play: async (stage) => {
    await stage.choose('round-robin');
    await stage.drain(2);
    await stage.drain(3);
    const { attempts, answers } = await stage.attemptsIn(() => stage.ask.inTurn(requests));
    const [first = 0, second = 0, third = 0, fourth = 0] = counts(answers);
    return {
      figures: [
        exactly('requests that were answered', answered(answers), requests),
        between('of these by the first origin', first, 8, 12),
        between('by the second origin', second, 8, 12),
        exactly('by the origins that were taken out', third + fourth, 0),
        between('origins asked for each request', attempts / requests, 1, 1.1),
      ],
      sentence: 'Each request went to one origin, and each origin got about every second request; their clients saw one server.',
    };
  },
};
