/** Time between two announcements, in ms: a screen reader needs that long to say one. */
const calm = 2500;

/** The most sentences in one announcement; more are counted. */
const most = 3;

/** Holds sentences back so that whoever listens isn't talked over; what came meanwhile is said together. */
export class Throttle {
  #waiting: string[] = [];
  #saidAt = Number.NEGATIVE_INFINITY;

  /** Adds sentences to what is to be said. */
  add(sentences: readonly string[]): void {
    this.#waiting.push(...sentences);
  }

  /** What to say now; nothing if there is nothing, or it is too soon. */
  take(now: number): string | undefined {
    if (this.#waiting.length === 0 || now - this.#saidAt < calm) return undefined;
    const left = this.#waiting.length - most;
    const said = this.#waiting.slice(-most);
    this.#waiting = [];
    this.#saidAt = now;
    return said.join('. ') + (left > 0 ? `. And ${left} more changes` : '');
  }
}
