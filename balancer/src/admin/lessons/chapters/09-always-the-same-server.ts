import { type Answer, counts, mostClients } from '../asking.ts';
import { atLeast, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';
import type { Stage } from '../stage.ts';

/** Chapter 9: a hash leads a client always to the same origin; where that leaves, only its clients move. */
export const alwaysTheSameServer: Lesson = {
  title: 'Always the same server',
  steps: [
    `with rendezvous-hash, has ${mostClients} clients send one request each, and then another one`,
    'takes the origin out that most of them went to, and has all ask again',
    'puts it back, and has all ask again',
  ],
  seconds: 1,
  play: async (stage) => {
    await stage.choose('rendezvous-hash');
    const first = await placesOf(stage);
    const second = await placesOf(stage);
    const busiest = indexOfMost(first);
    await stage.drain(busiest);
    const without = await placesOf(stage);
    await stage.enable(busiest);
    const again = await placesOf(stage);
    const had = first.filter((place) => place === busiest).length;
    return {
      figures: [
        exactly('clients that came to the same origin twice', same(first, second), mostClients),
        atLeast('clients of the origin that is taken out', had, 1),
        exactly('clients that then went elsewhere', mostClients - same(first, without), had),
        exactly('clients that are where they were, once it is back', same(first, again), mostClients),
      ],
      sentence: `When an origin left, its own ${had} of ${mostClients} clients moved and nobody else; when it was back, so were they.`,
    };
  },
};

/** Where each client is led. */
async function placesOf(stage: Stage): Promise<readonly (number | undefined)[]> {
  const answers: Answer[] = [];
  for (let client = 0; client < mostClients; client += 1) answers.push(await stage.ask.ask({ client, path: `/client-${client}` }));
  return answers.map(({ origin }) => origin);
}

function indexOfMost(places: readonly (number | undefined)[]): number {
  const each = counts(places.map((origin) => ({ status: 200, origin, at: 0, ms: 0 })));
  return each.indexOf(Math.max(...each));
}

/** How many are in both at the same place. */
function same(one: readonly (number | undefined)[], other: readonly (number | undefined)[]): number {
  return one.filter((place, client) => place !== undefined && place === other[client]).length;
}
