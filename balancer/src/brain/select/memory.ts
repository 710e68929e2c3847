import type { Origin } from './origin.ts';

/** An origin that was not offered for so many picks may be forgotten; after twice as many it is. */
const span = 1024;

/**
 * What a policy remembers of each origin that it is offered: one note each, made when the origin is first seen. Origins that
 * come and go are forgotten in time, so that it can't grow without bound.
 */
export class Memory<Note> {
  readonly #noteOn: (origin: Origin) => Note;
  #recent = new Map<string, Note>();
  #older = new Map<string, Note>();
  /** By place in the list: most lists are the last one again, and so need no look-up. */
  #origins: Origin[] = [];
  #notes: Note[] = [];
  #picks = 0;

  constructor(noteOn: (origin: Origin) => Note) {
    this.#noteOn = noteOn;
  }

  /**
   * Begins a pick: those that nobody asked about for long are forgotten here. True where some may be, so that whoever is still offered
   * must be asked about again.
   */
  beginPick(): boolean {
    this.#picks += 1;
    if (this.#picks % span !== 0) return false;
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#origins = [];
    this.#notes = [];
    return true;
  }

  /** The note on an origin, which stands at `place` of the list. */
  of(origin: Origin, place: number): Note {
    if (this.#origins[place] === origin) return this.#notes[place] as Note;
    const note = this.on(origin);
    this.#origins[place] = origin;
    this.#notes[place] = note;
    return note;
  }

  /** The note on an origin, wherever it stands. */
  on(origin: Origin): Note {
    const recent = this.#recent.get(origin.id);
    if (recent !== undefined) return recent;
    const note = this.#older.get(origin.id) ?? this.#noteOn(origin);
    this.#recent.set(origin.id, note);
    return note;
  }

  /** Every note. */
  all(): Note[] {
    return [...new Map([...this.#older, ...this.#recent]).values()];
  }
}
