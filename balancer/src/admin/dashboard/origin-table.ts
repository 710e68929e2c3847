import type { OriginReport } from '../api.ts';
import type { Tell } from './controls.ts';
import { byId } from './elements.ts';
import type { Model } from './model.ts';
import { OriginRow } from './origin-row.ts';

/** The table of all origins: how each stands and why, what it did, and buttons to break it. */
export class OriginTable {
  readonly #model: Model;
  readonly #tell: Tell;
  #rows = new Map<string, OriginRow>();

  constructor(model: Model, tell: Tell) {
    this.#model = model;
    this.#tell = tell;
  }

  draw(): void {
    const origins = this.#model.status?.origins ?? [];
    const ids = origins.map(({ id }) => id);
    if (ids.join() !== [...this.#rows.keys()].join()) this.#rebuild(origins);
    const picks = origins.reduce((sum, origin) => sum + origin.picks, 0);
    for (const origin of origins) this.#rows.get(origin.id)?.draw(origin, picks);
  }

  #rebuild(origins: readonly OriginReport[]): void {
    const before = this.#rows;
    this.#rows = new Map(origins.map((origin, place) => [origin.id, before.get(origin.id) ?? new OriginRow(origin.id, place, this.#tell)]));
    byId('origin-rows').replaceChildren(...[...this.#rows.values()].flatMap(({ rows }) => rows));
  }
}
