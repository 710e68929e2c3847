/** A part of the page that is drawn again when there is news. */
export interface View {
  /** Draws what there is to know now. */
  readonly paint: () => void;
  /** Time between two drawings at least, in ms. */
  readonly every: number;
}

/** How often views are looked after, in ms. */
const beat = 100;

interface Turn {
  readonly view: View;
  isDue: boolean;
  paintedAt: number;
}

/**
 * Draws all views together, at most ten times a second and each as seldom as it asks for, however many events come. Nothing is
 * drawn while the page is paused or hidden; all is drawn when that ends.
 */
export class Painter {
  #turns: readonly Turn[];
  #isPaused = false;

  constructor(views: readonly View[]) {
    this.#turns = views.map((view) => ({ view, isDue: true, paintedAt: Number.NEGATIVE_INFINITY }));
    setInterval(() => this.#beat(), beat);
    document.addEventListener('visibilitychange', () => this.#beat());
  }

  /** Tells that there is news. */
  news(): void {
    for (const turn of this.#turns) turn.isDue = true;
  }

  /** Draws all now that there is something else to be seen. */
  now(): void {
    for (const turn of this.#turns) turn.paintedAt = Number.NEGATIVE_INFINITY;
    this.news();
    this.#beat();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    if (!isPaused) this.now();
  }

  #beat(): void {
    if (this.#isPaused || document.hidden) return;
    const now = performance.now();
    for (const turn of this.#turns) {
      if (!turn.isDue || now - turn.paintedAt < turn.view.every - beat / 2) continue;
      turn.isDue = false;
      turn.paintedAt = now;
      turn.view.paint();
    }
  }
}
