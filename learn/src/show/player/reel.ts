import type { Flight, Frame } from '../../lab/frame.ts';
import { whereabouts } from './journeys.ts';

/** What is known of a world around the time that is shown: as much as was played ahead, and nothing older than what is still to be seen. */
export class Reel {
  readonly #flights = new Map<number, Flight>();
  #frames: Frame[] = [];

  /** Until when it was played, in ms of the world. */
  get playedUntil(): number {
    return this.#frames.at(-1)?.now ?? 0;
  }

  /** Whether there is nothing more to come. */
  get isOver(): boolean {
    return this.#frames.at(-1)?.isOver ?? false;
  }

  get flights(): Iterable<Flight> {
    return this.#flights.values();
  }

  /** Takes in what was played. */
  add(frame: Frame): void {
    this.#frames.push(frame);
    for (const flight of frame.flights) this.#flights.set(flight.number, flight);
  }

  /** How everything was at a time; the earliest that is known, where that was before. */
  frameAt(now: number): Frame | undefined {
    return this.#frames.findLast((frame) => frame.now <= now) ?? this.#frames[0];
  }

  /** Forgets what can't be seen any more. */
  forget(now: number, way: number): void {
    const oldest = now - 4 * way;
    const first = this.#frames.findLastIndex((frame) => frame.now <= oldest);
    if (first > 0) this.#frames = this.#frames.slice(first);
    for (const [number, flight] of this.#flights) {
      if (flight.endedAt !== undefined && flight.endedAt < oldest && !whereabouts(flight, now, way)) this.#flights.delete(number);
    }
  }
}
