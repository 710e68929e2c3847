import type { Frame } from '../../lab/frame.ts';
import type { Pace, WorldView } from './world-view.ts';

/** Screen time that is played ahead, in ms. */
const ahead = 500;

/** Who is shown what all worlds came to so far: some times a second. */
export type Listener = (frames: readonly Frame[], now: number) => void;

/** How often figures and words follow, in ms: as fast as they can be read. */
const tellEvery = 250;

/** How often a calm picture changes, in ms. */
const calmEvery = 600;

/** Shows worlds side by side at the same time of theirs, while somebody can see them. */
export class Player {
  readonly #views: readonly WorldView[];
  readonly #pace: Pace;
  readonly #told: Listener;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  /** ms of the world. */
  #now = 0;
  #latest = 0;
  #toldAt = 0;
  #drawnAt = 0;
  #isWanted = true;
  #isSeen = false;
  #isRunning = false;

  constructor(views: readonly WorldView[], pace: Pace, told: Listener) {
    this.#views = views;
    this.#pace = pace;
    this.#told = told;
    new IntersectionObserver(([entry]) => this.#seen(entry?.isIntersecting ?? false)).observe(views[0]?.element as HTMLElement);
    document.addEventListener('visibilitychange', () => this.#goOn());
  }

  get isPlaying(): boolean {
    return this.#isWanted;
  }

  /** Goes on, or holds. */
  play(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#goOn();
  }

  /** Begins anew at a time of the world; so does the clock. */
  from(now: number): void {
    this.#now = now;
    this.#latest = 0;
    this.#drawnAt = 0;
    this.#goOn();
    if (!this.#isRunning) void this.showOnce();
  }

  /** Goes so many ms of the world on, while it is held. */
  async step(ms: number): Promise<void> {
    this.#now += ms;
    await this.showOnce();
  }

  /** Shows it as it is, without going on. */
  async showOnce(): Promise<void> {
    await Promise.all(this.#views.map((view) => (view.playedUntil < this.#now ? view.playUntil(this.#now) : undefined)));
    this.#draw(performance.now(), true);
  }

  #seen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#isRunning || !this.#mayRun) return;
    this.#isRunning = true;
    this.#latest = 0;
    requestAnimationFrame((time) => this.#frame(time));
  }

  get #mayRun(): boolean {
    return this.#isWanted && this.#isSeen && !document.hidden;
  }

  #frame(time: number): void {
    if (!this.#mayRun) {
      this.#isRunning = false;
      return;
    }
    const passed = this.#latest === 0 ? 0 : Math.min(100, time - this.#latest);
    this.#latest = time;
    const { msPerSecond } = this.#pace;
    const wanted = this.#now + (passed * msPerSecond) / 1000;
    // Whoever was not played far enough yet holds up all, so that they are seen at the same moment of theirs.
    this.#now = Math.min(wanted, ...this.#views.filter(({ isOver }) => !isOver).map(({ playedUntil }) => Math.max(this.#now, playedUntil)));
    const reach = (ahead * msPerSecond) / 1000;
    for (const view of this.#views) if (view.playedUntil < this.#now + reach / 2) void view.playUntil(this.#now + reach);
    this.#draw(time, false);
    requestAnimationFrame((next) => this.#frame(next));
  }

  #draw(time: number, isAll: boolean): void {
    const isCalm = this.#calm.matches;
    if (isCalm && !isAll && time - this.#drawnAt < calmEvery) return;
    this.#drawnAt = time;
    const frames = this.#views.map((view) => view.draw(this.#now, isCalm)).filter((frame) => frame !== undefined);
    if (frames.length < this.#views.length || (!isAll && time - this.#toldAt < tellEvery)) return;
    this.#toldAt = time;
    for (const [place, frame] of frames.entries()) this.#views[place]?.tell(frame);
    this.#told(frames, this.#now);
  }
}
