/** Something that happens at a time. */
interface Event {
  readonly at: number;
  /** Tells events of the same time apart: who was put down first is first. */
  readonly number: number;
  readonly happen: () => void;
}

/** What will happen, and when: a binary heap with the earliest event on top. */
export class Agenda {
  readonly #events: Event[] = [];
  #count = 0;

  /** Puts down that something happens at a time, in ms. */
  add(at: number, happen: () => void): void {
    const event = { at, number: this.#count, happen };
    this.#count += 1;
    let place = this.#events.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#events[parent] as Event;
      if (isBefore(above, event)) break;
      this.#events[place] = above;
      place = parent;
    }
    this.#events[place] = event;
  }

  /** Takes the earliest event off; nothing when there is none. */
  next(): Event | undefined {
    const [first] = this.#events;
    const last = this.#events.pop();
    if (last && this.#events.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an event on top, and lets it sink to where it belongs. */
  #sink(event: Event): void {
    let place = 0;
    for (;;) {
      const child = this.#earlierBelow(place);
      const below = this.#events[child];
      if (!below || isBefore(event, below)) break;
      this.#events[place] = below;
      place = child;
    }
    this.#events[place] = event;
  }

  #earlierBelow(place: number): number {
    const left = this.#events[2 * place + 1];
    const right = this.#events[2 * place + 2];
    return left && right && isBefore(right, left) ? 2 * place + 2 : 2 * place + 1;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}
