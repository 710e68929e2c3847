import { type Answer, answered } from '../asking.ts';
import { atLeast, atMost, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const burst = 80;
const held = 16;
const heldMs = 400;

/** What a request takes at an origin that serves one at a time, in ms. */
const service = 50;

/** Chapter 12: a queue without an end makes everybody wait; a short one refuses most, and serves the rest soon. */
export const tooMuch: Lesson = {
  title: 'Too much',
  steps: [
    `has every origin serve one request at a time and queue as many as come, and sends ${burst} at once`,
    'lets two wait at each origin at the most, and sends as many: the others get a 503 at once',
    `holds ${held} requests back in the balancer's waiting room for ${heldMs} ms`,
  ],
  seconds: 3,
  play: async (stage) => {
    await stage.choose('round-robin');
    await stage.faults(() => ({ latencyMs: service, capacity: 1, queue: 1000 }));
    const patient = await stage.ask.together(burst, burst);
    await stage.faults(() => ({ latencyMs: service, capacity: 1, queue: 2 }));
    const bounded = await stage.ask.together(burst, burst);
    await stage.faults(() => null);
    await stage.forgive();
    stage.pause(heldMs);
    const waited = await stage.ask.together(held, held);
    const ratio = slowest(patient) / slowest(bounded);
    return {
      figures: [
        exactly('requests that were answered from the long queue', answered(patient), burst),
        atLeast('requests that were refused at the short one', bounded.filter(({ status }) => status === 503).length, burst / 2),
        atLeast('times as long as the slowest at the short queue, the slowest at the long one', ratio, 1.3),
        exactly('requests that waited in the balancer and were then answered', answered(waited), held),
        atMost(`of these, those that were not held back`, waited.filter(({ ms }) => ms < heldMs / 2).length, 0),
      ],
      sentence: `With a long queue the slowest request took ${ratio.toFixed(1)} times as long as with a short one, where most heard at once that there was no room.`,
    };
  },
};

/** How long the slowest one took that was answered, in ms. */
function slowest(answers: readonly Answer[]): number {
  return Math.max(...answers.filter(({ status }) => status === 200).map(({ ms }) => ms));
}
