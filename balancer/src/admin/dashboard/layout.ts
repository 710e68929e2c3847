/** A place in the picture, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything in the picture is. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly clients: Point;
  readonly balancer: Point;
  /** The top left corners of the origins' boxes. */
  readonly boxes: readonly Point[];
  readonly box: { readonly width: number; readonly height: number };
  /** Whether clients stand above the balancer, and not left of it. */
  readonly isUpright: boolean;
}

/** Below this width, clients, balancer and origins stand one above the other. */
const narrow = 620;

const boxHeight = 66;
const gap = 14;

/** Places clients, balancer and so many origins on a picture of that width. */
export function layoutFor(width: number, origins: number): Layout {
  return width < narrow ? upright(width, origins) : lying(width, origins);
}

function lying(width: number, origins: number): Layout {
  const columns = Math.ceil(origins / 8);
  const perColumn = Math.ceil(origins / columns) || 1;
  const boxWidth = Math.min(270, (width * 0.44) / Math.max(1, columns));
  const height = Math.max(250, perColumn * (boxHeight + gap) + gap + 40);
  const top = (height - perColumn * (boxHeight + gap) + gap) / 2;
  const boxes = Array.from({ length: origins }, (_, i) => ({
    x: width - (columns - Math.floor(i / perColumn)) * (boxWidth + gap) + gap - 4,
    y: top + (i % perColumn) * (boxHeight + gap),
  }));
  const middle = height / 2;
  const left = boxes[0]?.x ?? width;
  return {
    ...{ width, height, boxes, box: { width: boxWidth, height: boxHeight }, isUpright: false },
    ...{ clients: { x: 56, y: middle }, balancer: { x: Math.max(190, left * 0.56), y: middle } },
  };
}

function upright(width: number, origins: number): Layout {
  const boxWidth = (width - gap) / 2;
  const top = 178;
  const boxes = Array.from({ length: origins }, (_, i) => ({
    x: (i % 2) * (boxWidth + gap),
    y: top + Math.floor(i / 2) * (boxHeight + gap),
  }));
  const height = top + Math.ceil(origins / 2) * (boxHeight + gap);
  return {
    ...{ width, height, boxes, box: { width: boxWidth, height: boxHeight }, isUpright: true },
    ...{ clients: { x: width / 2, y: 28 }, balancer: { x: width / 2, y: 104 } },
  };
}

/** Where lines meet an origin's box. */
export function dockOf({ boxes, box, isUpright }: Layout, place: number): Point {
  const { x, y } = boxes[place] ?? { x: 0, y: 0 };
  return isUpright ? { x: x + box.width / 2, y } : { x, y: y + box.height / 2 };
}
