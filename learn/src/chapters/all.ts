import type { Chapter } from '../chapter.ts';
import { chapter as first } from './01-one-request.ts';
import { chapter as second } from './02-whose-turn.ts';
import { chapter as third } from './03-waiting.ts';
import { chapter as fourth } from './04-unequal-requests.ts';
import { chapter as fifth } from './05-unequal-servers.ts';
import { chapter as sixth } from './06-counting.ts';
import { chapter as seventh } from './07-two-guesses.ts';
import { chapter as eighth } from './08-measuring.ts';
import { chapter as ninth } from './09-always-the-same-server.ts';
import { chapter as tenth } from './10-a-server-dies.ts';
import { chapter as eleventh } from './11-trying-again.ts';
import { chapter as twelfth } from './12-too-much.ts';
import { chapter as thirteenth } from './13-changing-unnoticed.ts';
import { chapter as fourteenth } from './14-which-policy.ts';

/** The course, in order. */
export const chapters: readonly Chapter[] = [
  first,
  second,
  third,
  fourth,
  fifth,
  sixth,
  seventh,
  eighth,
  ninth,
  tenth,
  eleventh,
  twelfth,
  thirteenth,
  fourteenth,
];
