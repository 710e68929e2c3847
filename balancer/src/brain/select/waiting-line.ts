/**
 * Who of many has waited longest, without looking at all of them: a binary heap of places in a list, by when each had its last turn. A
 * last turn only ever becomes a later one, be it by another thread. So whoever stands first is asked once more, and goes back in the line
 * if there was a turn meanwhile; who is still first then has waited longest. Of those who have waited as long, the first in the list is.
 */
export class WaitingLine {
  /** Places: at 0 the first in line; behind the one at i stand those at 2i + 1 and 2i + 2. */
  readonly #line: Int32Array;
  /** When each had its last turn, by place, as far as is known here. */
  readonly #lasts: Float64Array;
  readonly #lastOf: (place: number) => number;

  /** `lastOf` tells when the one at a place of the list had its last turn, as of now. */
  constructor(length: number, lastOf: (place: number) => number) {
    this.#lastOf = lastOf;
    this.#lasts = Float64Array.from({ length }, (_, place) => lastOf(place));
    this.#line = Int32Array.from({ length }, (_, place) => place);
    for (let at = (length >> 1) - 1; at >= 0; at -= 1) this.#settle(at);
  }

  /** The place of the one that has waited longest. */
  first(): number {
    for (;;) {
      const place = this.#line[0] ?? 0;
      const last = this.#lastOf(place);
      if (last === this.#lasts[place]) return place;
      this.#lasts[place] = last;
      this.#settle(0);
    }
  }

  /** Moves the one at `at` back behind all who have waited longer. */
  #settle(at: number): void {
    const line = this.#line;
    const place = line[at] ?? 0;
    let hole = at;
    for (;;) {
      const next = this.#firstBehind(hole);
      const nextPlace = line[next] ?? 0;
      if (next < 0 || this.#isBefore(place, nextPlace)) break;
      line[hole] = nextPlace;
      hole = next;
    }
    line[hole] = place;
  }

  /** Where the first of those stands who stand behind `at`; -1 where nobody does. */
  #firstBehind(at: number): number {
    const left = 2 * at + 1;
    if (left >= this.#line.length) return -1;
    const right = left + 1;
    return right < this.#line.length && this.#isBefore(this.#line[right] ?? 0, this.#line[left] ?? 0) ? right : left;
  }

  #isBefore(one: number, other: number): boolean {
    const waited = (this.#lasts[one] ?? 0) - (this.#lasts[other] ?? 0);
    return waited < 0 || (waited === 0 && one < other);
  }
}
