import { type Answer, mostOf } from '../asking.ts';
import { atLeast, atMost, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';
import type { Stage } from '../stage.ts';

const rounds = 12;

/** A request that takes 0.8 s to answer; others are answered at once. */
const long = '/_origin/sse?every=800ms&count=2';

/** Chapter 4: turns are fair to origins only where requests are alike. */
export const unequalRequests: Lesson = {
  title: 'Unequal requests',
  steps: [
    `with round-robin, sends ${rounds} times one request that takes 0.8 s and three that take no time`,
    'sends the same with least-requests',
  ],
  seconds: 3,
  play: async (stage) => {
    await stage.choose('round-robin');
    const inTurn = await longOnes(stage);
    await stage.choose('least-requests');
    const counted = await longOnes(stage);
    return {
      figures: [
        exactly('long requests that were answered', inTurn.length + counted.length, 2 * rounds),
        atLeast('share of the long requests at one origin, by turns', mostOf(inTurn) / rounds, 0.7),
        atMost('share of them at one origin, by counting', mostOf(counted) / rounds, 0.5),
      ],
      sentence: `By turns one origin got ${mostOf(inTurn)} of ${rounds} long requests; by counting none got more than ${mostOf(counted)}.`,
    };
  },
};

/** Sends one long request and three short ones again and again, in order; the answers to the long ones. */
async function longOnes(stage: Stage): Promise<readonly Answer[]> {
  const under: Promise<Answer>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = Promise.withResolvers<unknown>();
    const answer = stage.ask.ask({ path: long }, begun.resolve).finally(() => begun.resolve(undefined));
    answer.catch(() => {});
    under.push(answer);
    await begun.promise;
    await stage.ask.inTurn(3);
  }
  return (await Promise.all(under)).filter(({ status }) => status === 200);
}
