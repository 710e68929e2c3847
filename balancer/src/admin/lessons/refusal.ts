/** A check can't be made here, or not now; the message says why, and what would be right. */
export class NoLesson extends Error {}

/** Somebody has changed what a check had set up: theirs stays, and the check has nothing to say. */
export class Meddled extends Error {}

/** A check waits for something that doesn't come. */
export class Stuck extends Error {}

/** A check took longer than one may. */
export class TooLong extends Error {}
