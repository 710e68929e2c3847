import { policies } from '../../../brain/select/policies.ts';
import type { LessonFigure } from '../../api.ts';
import { type Answer, mostOf, shareOf } from '../asking.ts';
import { atLeast, atMost, between } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const requests = 40;
const atOnce = 8;
const slow = 0;

/** The origin that gets most, as a share of all. */
const most = (answers: readonly Answer[]) => mostOf(answers) / answers.length;

/** What each policy must have made of one slow origin and one client; of one that isn't here, that it served is enough. */
const expectations: Readonly<Record<string, (answers: readonly Answer[]) => LessonFigure>> = {
  'round-robin': (answers) => between('round-robin: share of the slow origin, its turn', shareOf(slow, answers), 0.2, 0.3),
  random: (answers) => between('random: share of the slow origin', shareOf(slow, answers), 0.02, 0.55),
  'least-requests': (answers) => atMost('least-requests: share of the slow origin', shareOf(slow, answers), 0.2),
  'two-choices': (answers) => atMost('two-choices: share of the slow origin', shareOf(slow, answers), 0.22),
  'peak-ewma': (answers) => atMost('peak-ewma: share of the slow origin', shareOf(slow, answers), 0.2),
  prequal: (answers) => atMost('prequal: share of the slow origin', shareOf(slow, answers), 0.3),
  'rendezvous-hash': (answers) => atLeast('rendezvous-hash: share of the one origin of this client', most(answers), 1),
  'maglev-hash': (answers) => atLeast('maglev-hash: share of the one origin of this client', most(answers), 1),
  'bounded-hash': (answers) => atMost('bounded-hash: the largest share, since nobody may be overloaded', most(answers), 0.9),
  first: (answers) => atLeast('first: share of the first origin, however slow', shareOf(0, answers), 0.9),
};

/** Chapter 14: the same requests by all policies. */
export const whichShouldITake: Lesson = {
  title: 'Many balancers, and which policy to take',
  steps: [
    'slows the first origin down, to ten times what the others take',
    `sends ${requests} requests of one client with each policy, ${atOnce} at once`,
  ],
  seconds: 5,
  play: async (stage) => {
    await stage.faults((place) => ({ latencyMs: place === slow ? 100 : 10 }));
    const figures: LessonFigure[] = [];
    for (const name of Object.keys(policies)) {
      await stage.choose(name);
      const answers = await stage.ask.together(requests, atOnce);
      figures.push(expectations[name]?.(answers) ?? atLeast(`${name}: requests that were answered`, answers.length, requests));
    }
    return {
      figures,
      sentence:
        'Who counts or measures spares a slow origin; who hashes keeps a client at its place, whatever that costs; and turns are blind to both.',
    };
  },
};
