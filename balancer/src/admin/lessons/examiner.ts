import type { Route } from '../../brain/route/route.ts';
import type { LessonReport, LessonResult, RunningLesson } from '../api.ts';
import type { ShownPool, ShownPools } from '../shown-pool.ts';
import type { Lesson } from './lesson.ts';
import { foundIn, sentenceOf } from './outcome.ts';
import { NoLesson, TooLong } from './refusal.ts';
import { Stage, type StageParts } from './stage.ts';

/** What checks are made with. */
export interface ExaminerParts extends Pick<StageParts, 'choosePolicy' | 'settled'> {
  readonly pools: Pick<ShownPools, 'all'>;
  readonly routes: () => readonly Route[];
  /** Where the balancer listens, as a URL; nothing while it doesn't. */
  readonly target: () => string | undefined;
  /** Whether the admin side makes traffic just now, which would mix with a check's. */
  readonly isTrafficMade: () => boolean;
  readonly note: (message: string) => void;
}

/** The longest that a check may take before everything is put back, in ms. */
const longest = 10_000;

/** Loaded for the first who asks: most balancers are never asked. */
const loaded = async () => (await import('./chapters/all.ts')).lessons;

/** Plays the checks of the course's chapters, one at a time: two would each see what the other has changed. */
export class Examiner {
  readonly #parts: ExaminerParts;
  readonly #load: () => Promise<readonly Lesson[]>;
  readonly #last = new Map<number, LessonResult>();
  readonly #stopping = new AbortController();
  #running: (RunningLesson & { readonly seconds: number }) | undefined;

  /** `load` has the checks, that of chapter 1 first. */
  constructor(parts: ExaminerParts, load: () => Promise<readonly Lesson[]> = loaded) {
    this.#parts = parts;
    this.#load = load;
  }

  /** How many chapters there are. */
  async chapters(): Promise<number> {
    return (await this.#load()).length;
  }

  /** What the check of that chapter does, and what it found the last time. */
  async report(chapter: number): Promise<LessonReport> {
    const { title, steps, seconds } = await this.#lesson(chapter);
    return { chapter, title, steps, seconds, last: this.#last.get(chapter) ?? null, running: this.#running ?? null };
  }

  /**
   * Plays the check of that chapter for whoever asks from that address, and puts everything back, also when `called off`. Rejects with NoLesson
   * where it can't be played here or now.
   */
  async run(chapter: number, who: string, calledOff: AbortSignal): Promise<LessonResult> {
    const lesson = await this.#lesson(chapter);
    this.#checkFree();
    const begun = Date.now();
    this.#running = { chapter, at: begun, who, doing: 'begins', seconds: lesson.seconds };
    this.#parts.note(`the check of chapter ${chapter} begins`);
    try {
      const { pass, numbers, sentence } = await this.#play(lesson, calledOff);
      const result = { pass, numbers, sentence, at: Date.now(), tookMs: Date.now() - begun };
      this.#last.set(chapter, result);
      return result;
    } finally {
      this.#running = undefined;
      this.#parts.note(`the check of chapter ${chapter} is over`);
    }
  }

  /** Calls off what runs, which then puts everything back, and lets nothing begin any more. */
  end(): void {
    this.#stopping.abort(new NoLesson('the balancer stops'));
  }

  async #play(lesson: Lesson, calledOff: AbortSignal): Promise<Pick<LessonResult, 'pass' | 'numbers' | 'sentence'>> {
    const late = new AbortController();
    const clock = setTimeout(
      () => late.abort(new TooLong(`it took more than ${longest / 1000} s: this machine has too much to do`)),
      longest,
    );
    const signal = AbortSignal.any([calledOff, late.signal, this.#stopping.signal]);
    const stage = new Stage({ ...this.#set(), signal, doing: (step) => this.#doing(step) });
    let left: readonly string[] = [];
    const found = await foundIn(async () => {
      try {
        await stage.begin();
        return await lesson.play(stage);
      } finally {
        clearTimeout(clock);
        this.#doing('puts everything back');
        left = await stage.end();
        for (const sentence of left) this.#parts.note(`after a check: ${sentence}`);
      }
    });
    return { pass: left.length === 0 && found.pass, numbers: found.numbers, sentence: sentenceOf(found, left) };
  }

  #doing(step: string): void {
    if (this.#running) this.#running = { ...this.#running, doing: step };
  }

  /** The pool that checks are played in, and the way to it. */
  #set(): Omit<StageParts, 'signal' | 'doing'> {
    const { pools, target, choosePolicy, settled } = this.#parts;
    return { pool: pools.all[0] as ShownPool, target: target() as string, choosePolicy, settled };
  }

  #checkFree(): void {
    const { pools, routes, target, isTrafficMade } = this.#parts;
    const [pool, ...others] = pools.all;
    const reason = [
      this.#running && runs(this.#running),
      this.#stopping.signal.aborted && 'the balancer stops',
      target() === undefined && 'the balancer takes no requests yet',
      (!pool || others.length > 0 || routes().length > 0) &&
        'the checks need a balancer with one pool and no routes, as `npm start` and `docker compose up` have it',
      isTrafficMade() && 'the admin side makes traffic, which would be counted too; stop it first (DELETE /api/traffic)',
      (pool?.pause.left ?? 0) > 0 && 'the pool is paused; let it go on first (POST /api/resume)',
      pool?.membership.isDeploying && 'a deploy is under way; wait until it is over',
    ].find(Boolean);
    if (reason) throw new NoLesson(reason);
  }

  async #lesson(chapter: number): Promise<Lesson> {
    const lesson = (await this.#load())[chapter - 1];
    if (!lesson) throw new NoLesson(`there is no chapter ${chapter}`);
    return lesson;
  }
}

function runs({ chapter, who, at, seconds }: RunningLesson & { readonly seconds: number }): string {
  const since = new Date(at).toISOString().slice(11, 19);
  return `the check of chapter ${chapter} runs since ${since} UTC, for ${who}, and takes about ${seconds} s: only one runs at a time`;
}
