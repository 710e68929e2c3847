/** A place in the picture, in px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a box of the picture is. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where everything is that dots travel between. */
export interface Places {
  readonly clients: Box;
  readonly balancer: Box;
  readonly origins: ReadonlyMap<string, Box>;
}

/** A cubic curve between two places. */
export interface Curve {
  readonly from: Point;
  readonly bend: Point;
  readonly bow: Point;
  readonly to: Point;
}

/** Room between an origin's edge and the dots that wait there. */
const gap = 12;

/** The way from the clients to the balancer. */
export function wayIn({ clients, balancer }: Places): Curve {
  return curve(rightOf(clients), leftOf(balancer));
}

/** The way from the balancer to an origin; nothing for an origin that the picture doesn't show. */
export function wayTo({ balancer, origins }: Places, id: string): Curve | undefined {
  const box = origins.get(id);
  return box && curve(rightOf(balancer), leftOf(box));
}

/** A point of a curve; `at` goes from 0 at its beginning to 1 at its end. */
export function pointOf({ from, bend, bow, to }: Curve, at: number): Point {
  const rest = 1 - at;
  const mix = (axis: 'x' | 'y') =>
    rest ** 3 * from[axis] + 3 * rest ** 2 * at * bend[axis] + 3 * rest * at ** 2 * bow[axis] + at ** 3 * to[axis];
  return { x: mix('x'), y: mix('y') };
}

/** A curve as the `d` of an SVG path. */
export function pathOf({ from, bend, bow, to }: Curve): string {
  return `M${pair(from)}C${pair(bend)} ${pair(bow)} ${pair(to)}`;
}

/** Where the n-th dot waits that waits at an origin: in rows of four before its edge. */
export function waitingAt({ to }: Curve, n: number): Point {
  return { x: to.x - gap - (n % 4) * 11, y: to.y + (Math.floor(n / 4) - 1) * 11 };
}

function curve(from: Point, to: Point): Curve {
  const reach = (to.x - from.x) * 0.55;
  return { from, bend: { x: from.x + reach, y: from.y }, bow: { x: to.x - reach, y: to.y }, to };
}

function rightOf({ x, y, width, height }: Box): Point {
  return { x: x + width, y: y + height / 2 };
}

function leftOf({ x, y, height }: Box): Point {
  return { x, y: y + height / 2 };
}

function pair({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
