import type { Lesson } from '../lesson.ts';
import { oneRequestTwoServers } from './01-one-request-two-servers.ts';
import { whoseTurn } from './02-whose-turn.ts';
import { whyWaitingGrows } from './03-why-waiting-grows.ts';
import { unequalRequests } from './04-unequal-requests.ts';
import { unequalServers } from './05-unequal-servers.ts';
import { counting } from './06-counting.ts';
import { twoGuesses } from './07-two-guesses.ts';
import { measuring } from './08-measuring.ts';
import { alwaysTheSameServer } from './09-always-the-same-server.ts';
import { aServerDies } from './10-a-server-dies.ts';
import { tryingAgain } from './11-trying-again.ts';
import { tooMuch } from './12-too-much.ts';
import { changingUnnoticed } from './13-changing-without-anyone-noticing.ts';
import { whichShouldITake } from './14-which-should-i-take.ts';

/** The checks of all chapters: that of chapter 1 is the first. */
export const lessons: readonly Lesson[] = [
  oneRequestTwoServers,
  whoseTurn,
  whyWaitingGrows,
  unequalRequests,
  unequalServers,
  counting,
  twoGuesses,
  measuring,
  alwaysTheSameServer,
  aServerDies,
  tryingAgain,
  tooMuch,
  changingUnnoticed,
  whichShouldITake,
];
