import { draw } from '../elements.ts';
import { type Dot, type Flights, mostDots, type Shape } from './flights.ts';
import { type Point, pointOf, waitingAt } from './geometry.ts';
import type { Ways } from './ways.ts';

const outlines: Readonly<Record<Shape, string>> = {
  circle: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0',
  diamond: 'M0 -7.5L7.5 0L0 7.5L-7.5 0Z',
  ring: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0',
};

/** How far a dot may be beside the middle of its way, in px. */
const spread = 5;

/** The dots, drawn sixty times a second while there are any. Elements are used again, since making them is what costs. */
export class Dots {
  readonly layer = draw('g', { class: 'dots' });
  readonly #ways: Ways;
  readonly #elements: SVGPathElement[] = [];
  /** The tint of each origin, by its place in the list. */
  tints: ReadonlyMap<string, number> = new Map();

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /** Draws the dots as they are now. */
  show(flights: Flights, now: number): void {
    const waiting = new Map<string, number>();
    let drawn = 0;
    for (const dot of flights.dots(now)) {
      const point = this.#pointOf(dot, waiting);
      if (!point) continue;
      this.#place(drawn, dot, point);
      drawn += 1;
    }
    for (const unused of this.#elements.slice(drawn)) unused.setAttribute('visibility', 'hidden');
  }

  #place(n: number, { shape, origin, leg }: Dot, { x, y }: Point): void {
    const element = this.#elements[n] ?? this.#make();
    set(element, 'd', outlines[shape]);
    set(element, 'class', shape);
    set(element, 'data-tint', leg === 'in' || leg === 'held' ? '' : String((this.tints.get(origin) ?? 0) % 8));
    set(element, 'visibility', 'visible');
    element.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  }

  #make(): SVGPathElement {
    const element = draw('path');
    if (this.#elements.length < mostDots) this.#elements.push(element);
    this.layer.append(element);
    return element;
  }

  #pointOf({ leg, at, origin, lane }: Dot, waiting: Map<string, number>): Point | undefined {
    const aside = (point: Point) => ({ x: point.x, y: point.y + lane * spread });
    const eased = at * at * (3 - 2 * at);
    const { in: wayIn } = this.#ways;
    if (leg === 'in' || leg === 'held' || leg === 'home') return wayIn && aside(pointOf(wayIn, leg === 'home' ? 1 - eased : eased));
    const way = this.#ways.to(origin);
    if (!way) return undefined;
    if (leg !== 'wait') return aside(pointOf(way, leg === 'out' ? eased : 1 - eased));
    const n = waiting.get(origin) ?? 0;
    waiting.set(origin, n + 1);
    return waitingAt(way, n);
  }
}

function set(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
