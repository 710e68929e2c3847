import type { Answers } from '../pool/tally.ts';

/** How far back answers count, in ms. */
const window = 10_000;

/** Answers that it takes to judge an origin at all. */
const least = 5;

/** The share of bad answers from which an origin fails. */
const failing = 0.5;

/** By how much that share must be above the others'. */
const distance = 0.3;

/**
 * How many standard deviations there must be between the two shares. Four come by chance once in 30,000 times, so that a small
 * number of unlucky requests is no proof.
 */
const deviations = 4;

/** Up to which share of bad answers an origin is well: five in a row then come by chance once in 300 million times. */
const well = 0.02;

/**
 * How many good answers must have failed to come meanwhile for bad ones in a row to be a turn for the worse: else whoever sends five
 * requests at once to a URL that fails, and has a cookie or a key that leads to one origin, could have that one ejected.
 */
const missed = 8;

/** What was counted until a moment: of one origin, and of all together with it. Since when doesn't matter. */
export interface Look {
  /** In ms. */
  readonly at: number;
  readonly own: Answers;
  readonly all: Answers;
}

/** So many bad answers among so many. */
export interface Share {
  readonly bad: number;
  readonly total: number;
}

/** Bad answers in a row: what was counted just before the first of them, and about a window's length before that. */
interface Run {
  readonly start: Look;
  readonly before: Look;
}

/** What came between two looks: from the origin, and from the others. */
interface Stretch {
  /** In ms. */
  readonly length: number;
  readonly own: Share;
  readonly others: Share;
}

/**
 * How one origin has answered lately beside all others, and whether that is its own fault: an origin is judged by the share of its bad
 * answers, and only by how far that is above the others' share. A URL that fails everywhere, or a database that all origins need and
 * that has failed, says nothing of any of them. Pure: it is handed what was counted and when, and keeps about ten such looks.
 */
export class Conduct {
  /** The oldest first; one of them is at least as old as the window. */
  #looks: Look[];
  /** The latest bad answers in a row. */
  #run: Run | undefined;

  /** What was counted before `first` is no matter of this origin any more. */
  constructor(first: Look) {
    this.#looks = [first];
  }

  /** Takes a look that is only remembered; to be called about once a second. */
  remember(look: Look): void {
    this.#looks.push(look);
    while ((this.#looks[1]?.at ?? Number.POSITIVE_INFINITY) <= look.at - window) this.#looks.shift();
  }

  /** Starts anew, such as after an ejection. */
  forget(look: Look): void {
    this.#looks = [look];
    this.#run = undefined;
  }

  /** To be called with each bad answer, which the look has counted: the share of bad answers if that is the origin's fault; else nothing. */
  fault(look: Look): Share | undefined {
    const run = this.#runUntil(look);
    const inRow = since(run.start, look);
    const lately = since(this.#lookBefore(look.at), look);
    if (hasTurned(since(run.before, run.start), inRow, lately.others.total > 0)) return inRow.own;
    return isFarAbove(lately) ? lately.own : undefined;
  }

  /** The bad answers in a row of which the look has counted the latest. */
  #runUntil({ at, own, all }: Look): Run {
    if (this.#run?.start.own.good !== own.good) {
      const start = { at, own: { good: own.good, bad: own.bad - 1 }, all: { good: all.good, bad: all.bad - 1 } };
      this.#run = { start, before: this.#lookBefore(at) };
    }
    return this.#run as Run;
  }

  /** The latest look that is a window's length older than that time, or the oldest that there is. */
  #lookBefore(at: number): Look {
    return this.#looks.findLast((look) => look.at <= at - window) ?? (this.#looks[0] as Look);
  }
}

function since(before: Look, now: Look): Stretch {
  const own = shareOf(before.own, now.own);
  const all = shareOf(before.all, now.all);
  // Threads count one after the other: a look may be in between.
  const others = { bad: Math.max(0, all.bad - own.bad), total: Math.max(0, all.total - own.total) };
  return { length: now.at - before.at, own, others };
}

function shareOf(before: Answers, now: Answers): Share {
  const bad = now.bad - before.bad;
  return { bad, total: bad + now.good - before.good };
}

const goodIn = ({ bad, total }: Share) => total - bad;

/**
 * Whether one that answers only badly now was well before, as the others were, and those still are. Where nobody else was asked
 * lately there is nobody to compare it with, and it is taken at its word.
 */
function hasTurned(before: Stretch, inRow: Stretch, othersAreAsked: boolean): boolean {
  if (inRow.own.total < least) return false;
  if (!othersAreAsked) return true;
  const wereWell = [before.own, before.others].every(({ bad, total }) => bad <= well * total);
  return wereWell && isFarAbove(inRow) && missedIn(inRow, before) >= Math.min(missed, goodIn(before.own));
}

/**
 * How many good answers of the origin were to be expected in that time: as many as in such a time before, or its part of the others',
 * if that is more, since requests may have become fewer or more.
 */
function missedIn(inRow: Stretch, before: Stretch): number {
  const good = goodIn(before.own);
  const inSuchATime = (good * inRow.length) / Math.max(1, before.length);
  const besideOthers = (good * goodIn(inRow.others)) / Math.max(1, goodIn(before.others));
  return Math.max(inSuchATime, besideOthers);
}

/** Whether an origin fails, and that is neither the others' lot nor chance (a two-proportion z-test). */
function isFarAbove({ own, others }: Stretch): boolean {
  if (own.total < least || others.total === 0) return false;
  const [share, usual] = [own.bad / own.total, others.bad / others.total];
  if (share < failing || share - usual < distance) return false;
  const pooled = (own.bad + others.bad) / (own.total + others.total);
  return share - usual >= deviations * Math.sqrt(pooled * (1 - pooled) * (1 / own.total + 1 / others.total));
}
