import type { Dot, Sight, Station } from './dot.ts';
import { set, svg } from './elements.ts';
import { dockOf, type Layout, type Point } from './layout.ts';
import { hueOf } from './palette.ts';

const size = 5.5;

/** Draws all dots where they are now. Elements are used again from frame to frame. */
export function drawDots(layer: SVGGElement, dots: Iterable<Dot>, now: number, layout: Layout, ids: readonly string[]): void {
  let index = 0;
  for (const dot of dots) {
    const sight = dot.at(now);
    if (!sight) continue;
    const mark = layer.children[index] ?? layer.appendChild(svg('path'));
    const origin = dot.brief.attempts.at(-1)?.origin;
    drawDot(mark, sight, placeOf(sight, layout, ids), origin === undefined ? '' : hueOf(ids.indexOf(origin)));
    index += 1;
  }
  while (layer.children.length > index) layer.lastChild?.remove();
}

function drawDot(mark: Element, { shape, hollow }: Sight, { x, y }: Point, hue: string): void {
  set(mark, {
    d: shape === 'circle' ? `M${-size} 0a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0` : diamond,
    class: `dot ${hue} ${shape === 'diamond' ? 'is-bad' : ''} ${hollow ? 'is-retry' : ''}`,
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
  });
}

const diamond = `M0 ${-size - 2}L${size + 2} 0L0 ${size + 2}L${-size - 2} 0Z`;

function placeOf({ from, to, part }: Sight, layout: Layout, ids: readonly string[]): Point {
  const [begin, end] = [pointOf(from, layout, ids), pointOf(to, layout, ids)];
  if (layout.isUpright || isShort(from, to)) return mix(begin, end, part);
  // Along the same curve as the line between balancer and origin.
  const middle = (begin.x + end.x) / 2;
  return bezier(begin, { x: middle, y: begin.y }, { x: middle, y: end.y }, end, part);
}

function isShort(from: Station, to: Station): boolean {
  return from === 'clients' || to === 'clients';
}

function pointOf(station: Station, layout: Layout, ids: readonly string[]): Point {
  if (station === 'clients') return layout.clients;
  if (station === 'balancer') return layout.balancer;
  const place = ids.indexOf(station.origin);
  return place === -1 ? layout.balancer : dockOf(layout, place);
}

function mix(one: Point, other: Point, part: number): Point {
  return { x: one.x + (other.x - one.x) * part, y: one.y + (other.y - one.y) * part };
}

function bezier(a: Point, b: Point, c: Point, d: Point, part: number): Point {
  const [ab, bc, cd] = [mix(a, b, part), mix(b, c, part), mix(c, d, part)];
  return mix(mix(ab, bc, part), mix(bc, cd, part), part);
}
