import { draw, mark } from '../elements.ts';
import { type Curve, type Places, pathOf, wayIn, wayTo } from './geometry.ts';

/** How long a way stays bright after a request took it, in ms. */
const glowMs = 700;

/** The lines between the boxes. */
export class Ways {
  readonly layer = draw('g', { class: 'ways' });
  in: Curve | undefined;
  #curves = new Map<string, Curve>();
  #paths = new Map<string, SVGPathElement>();
  #used = new Map<string, number>();

  /** Lays the ways anew, now that boxes are elsewhere. */
  lay(places: Places): void {
    this.in = wayIn(places);
    this.#curves.clear();
    this.#paths.clear();
    this.layer.replaceChildren(draw('path', { d: pathOf(this.in), class: 'way' }));
    let tint = 0;
    for (const id of places.origins.keys()) {
      const curve = wayTo(places, id);
      if (curve) this.#add(id, curve, tint);
      tint += 1;
    }
  }

  /** The way to an origin. */
  to(id: string): Curve | undefined {
    return this.#curves.get(id);
  }

  /** Notes that a request takes a way. */
  use(id: string, now: number): void {
    this.#used.set(id, now);
  }

  /** Shows which ways were lately taken, and which leads nowhere. */
  show(now: number, closed: ReadonlySet<string>): void {
    for (const [id, path] of this.#paths) {
      const isBright = now - (this.#used.get(id) ?? Number.NEGATIVE_INFINITY) < glowMs;
      mark(path, 'class', `way${isBright ? ' bright' : ''}${closed.has(id) ? ' closed' : ''}`);
    }
  }

  #add(id: string, curve: Curve, tint: number): void {
    const path = draw('path', { d: pathOf(curve), class: 'way', 'data-tint': tint % 8 });
    this.#curves.set(id, curve);
    this.#paths.set(id, path);
    this.layer.append(path);
  }
}
