import type { Exchange } from '../../../balancer/src/brain/exchange/exchange.ts';
import { briefOf } from '../../../balancer/src/brain/story/brief.ts';
import { storyOf } from '../../../balancer/src/brain/story/story.ts';
import { must } from './violation.ts';

/** What is told of a request that is over is what happened to it, and begins with its route. */
export function checkStory(exchange: Exchange, status: number | null): void {
  const story = storyOf(exchange);
  const { attempts, status: reported } = briefOf(exchange);
  const why = exchange.routed?.why.slice(1) ?? '';
  must(story.includes(why), `the story of ${exchange.id} lacks its route: ${story}`);
  must(reported === status, `the report of ${exchange.id} says ${reported}, and its client got ${status}`);
  must(!story.includes('still under way'), `the story of ${exchange.id}, which is over, says: ${story}`);
  must(attempts.length === exchange.attempts.length, `the report of ${exchange.id} has ${attempts.length} attempts`);
  for (const { origin, choice } of exchange.attempts) {
    must(story.includes(origin.id), `the story of ${exchange.id} lacks ${origin.id}: ${story}`);
    must(
      choice.view.excluded.every(({ id }) => id !== origin.id),
      `${exchange.id} went to ${origin.id}, which its story leaves out`,
    );
  }
  const wasAnswered = exchange.attempts.at(-1)?.outcome?.kind === 'answered';
  must(
    wasAnswered === (status !== null && exchange.notRetried === undefined),
    `${exchange.id} got ${status}, and its story says: ${story}`,
  );
  must(
    status === null || exchange.attempts.at(-1)?.outcome?.kind !== 'abandoned',
    `${exchange.id} got ${status}, and its story says: ${story}`,
  );
  if (!wasAnswered && status !== null) must(story.includes(`The client got ${status}.`), `${exchange.id} got ${status}: ${story}`);
}
