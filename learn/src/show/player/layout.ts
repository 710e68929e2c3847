/** A rectangle of the picture, in px. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place in the picture, in px. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where everything is: clients at the left, balancers in the middle, origins at the right, each in its own row. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly clients: Area;
  readonly balancers: readonly Area[];
  readonly origins: readonly Area[];
}

const rowHeight = 58;
const gap = 8;

/** Lays a picture of that width out. */
export function layOut(width: number, origins: number, balancers: number): Layout {
  const height = Math.max(origins * rowHeight, balancers * rowHeight, 150) + gap;
  const clientWidth = between(40, 0.09 * width, 84);
  const balancerWidth = between(58, 0.13 * width, 124);
  const originWidth = between(132, 0.32 * width, 300);
  const balancerX = clientWidth + (width - clientWidth - balancerWidth - originWidth) * 0.42;
  return {
    ...{ width, height },
    clients: { x: 0, y: gap, width: clientWidth, height: height - 2 * gap },
    balancers: rows(balancers, height, Math.min(92, height / balancers - gap)).map((row) => ({
      ...row,
      x: balancerX,
      width: balancerWidth,
    })),
    origins: rows(origins, height, rowHeight - gap).map((row) => ({ ...row, x: width - originWidth, width: originWidth })),
  };
}

/** How high a layout is, whatever its width. */
export function heightFor(origins: number, balancers: number): number {
  return layOut(600, origins, balancers).height;
}

/** A point on the way from one area's right edge to another's left one; `at` goes from 0 to 1, and begins and ends gently. */
export function onTheWay(from: Area, to: Area, at: number): Spot {
  const eased = at * at * (3 - 2 * at);
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  // A way that leaves and arrives level: the height changes in the middle.
  const level = eased * eased * (3 - 2 * eased);
  return { x: start.x + (end.x - start.x) * eased, y: start.y + (end.y - start.y) * level };
}

/** The room of one client at the edge of the clients' box, so that the same one always asks from the same place. */
export function doorOf(clients: Area, client: number): Area {
  const places = Math.max(1, Math.floor(clients.height / 9));
  const y = clients.y + ((client * 0.618034) % 1) * (places - 1) * 9;
  return { x: clients.x, y, width: clients.width, height: 9 };
}

function rows(count: number, height: number, tall: number): { y: number; height: number }[] {
  const pitch = height / count;
  return Array.from({ length: count }, (_, place) => ({ y: place * pitch + (pitch - tall) / 2, height: tall }));
}

function between(least: number, wished: number, most: number): number {
  return Math.max(least, Math.min(most, wished));
}
