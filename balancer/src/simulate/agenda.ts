/** Something that happens at a time. */
interface Event {
  readonly at: number;
  /** Tells events of the same time apart: who was put down first is first. */
  readonly number: number;
  /** Nothing once it was given up. */
  happen: (() => void) | undefined;
}

/**
 * What will happen, and when: a binary heap with the earliest event on top. Most of what is put down is a time limit that is given up
 * long before it is reached, and would fill the heap: now and then, all of that goes.
 */
export class Agenda {
  #events: Event[] = [];
  #count = 0;
  /** Since it was last cleared. */
  #givenUp = 0;

  /** Puts down that something happens at a time, in ms; what it returns gives that up. */
  add(at: number, happen: () => void): () => void {
    const event: Event = { at, number: this.#count, happen };
    this.#count += 1;
    this.#rise(event);
    return () => this.#giveUp(event);
  }

  /** When the next event happens, in ms; nothing when there is none. */
  get earliest(): number | undefined {
    while (this.#events.length > 0 && !this.#events[0]?.happen) this.#take();
    return this.#events[0]?.at;
  }

  /** Takes the earliest event off, and returns what happens then; nothing when there is none. */
  next(): (() => void) | undefined {
    return this.earliest === undefined ? undefined : this.#take()?.happen;
  }

  #giveUp(event: Event): void {
    event.happen = undefined;
    this.#givenUp += 1;
    if (this.#givenUp > 100 && 2 * this.#givenUp > this.#events.length) this.#clear();
  }

  #clear(): void {
    // In order, they are a heap.
    this.#events = this.#events.filter(({ happen }) => happen).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#givenUp = 0;
  }

  #take(): Event | undefined {
    const [first] = this.#events;
    const last = this.#events.pop();
    if (last && this.#events.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an event at the end, and lets it rise to where it belongs. */
  #rise(event: Event): void {
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
