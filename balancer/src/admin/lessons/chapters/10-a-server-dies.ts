import { answered, from } from '../asking.ts';
import { atMost, between, exactly } from '../judge.ts';
import type { Lesson } from '../lesson.ts';

const before = 60;
const after = 120;
const late = 40;

/** Chapter 10: an origin that says that it is well and isn't is found out by what it answers. */
export const aServerDies: Lesson = {
  title: 'A server dies',
  steps: [
    `sends ${before} requests while all are well`,
    `has one origin answer all of them with 503, and its health check as ever; sends ${after}`,
    'looks how the last ones were answered',
  ],
  seconds: 2,
  play: async (stage) => {
    await stage.choose('round-robin');
    const well = await stage.ask.inTurn(before);
    await stage.fault(0, { errorRate: 1, status: 503 });
    const first = await stage.ask.inTurn(after - late);
    const last = await stage.ask.inTurn(late);
    const failed = after - answered([...first, ...last]);
    return {
      figures: [
        exactly('requests answered while all were well', answered(well), before),
        between('clients that met the failure', failed, 3, 20),
        exactly(`answers of the failing origin among the last ${late}`, from(0, last), 0),
        exactly('whether the origin was ejected (1) or not (0)', Number(stage.stateOf(0) === 'ejected'), 1),
        atMost('whether its probe noticed anything (1) or not (0)', Number(!stage.seemsWell(0)), 0),
      ],
      sentence: `Its probes found it well all the time; after ${failed} bad answers to clients it was left out, and nobody met it any more.`,
    };
  },
};
