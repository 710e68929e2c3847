import type { Colours } from './colours.ts';
import type { Area, Spot } from './layout.ts';

/** Draws what pictures consist of. */
export class Brush {
  readonly #context: CanvasRenderingContext2D;
  colours: Colours;
  readonly #font: string;

  constructor(context: CanvasRenderingContext2D, colours: Colours, font: string) {
    this.#context = context;
    this.colours = colours;
    this.#font = font;
  }

  /** Begins a new picture. */
  clear(width: number, height: number): void {
    this.#context.clearRect(0, 0, width, height);
  }

  /** A box with round corners; one that is dashed is out of use. */
  box({ x, y, width, height }: Area, edge: string, isDashed = false): void {
    const context = this.#context;
    context.beginPath();
    context.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, 9);
    context.fillStyle = this.colours.card;
    context.fill();
    context.setLineDash(isDashed ? [5, 4] : []);
    context.strokeStyle = edge;
    context.lineWidth = 1.4;
    context.stroke();
    context.setLineDash([]);
  }

  /** Words; what is longer than `most` px is cut. */
  words(
    text: string,
    { x, y }: Spot,
    look: { colour?: string; size?: number; bold?: boolean; align?: CanvasTextAlign; most?: number } = {},
  ): void {
    const { colour = this.colours.ink, size = 13, bold = false, align = 'left', most = Number.POSITIVE_INFINITY } = look;
    const context = this.#context;
    context.font = `${bold ? 600 : 400} ${size}px ${this.#font}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.fillText(this.#fitting(text, most), x, y);
  }

  /** A request that is well. */
  disc({ x, y }: Spot, colour: string, radius = 4.5): void {
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#context.fillStyle = colour;
    this.#context.fill();
  }

  /** A place for a request; empty. */
  ring({ x, y }: Spot, colour: string, radius = 5.5): void {
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = 1.2;
    this.#context.stroke();
  }

  /** A request that went wrong: told from one that is well by its shape, too. */
  cross({ x, y }: Spot, colour: string): void {
    const context = this.#context;
    context.beginPath();
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
    context.strokeStyle = colour;
    context.lineWidth = 2.4;
    context.stroke();
  }

  /** A way, from the right edge of one area to the left edge of another. */
  way(points: readonly Spot[], colour: string): void {
    const context = this.#context;
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
  }

  #fitting(text: string, most: number): string {
    if (most === Number.POSITIVE_INFINITY || this.#context.measureText(text).width <= most) return text;
    let cut = text;
    while (cut.length > 1 && this.#context.measureText(`${cut}…`).width > most) cut = cut.slice(0, -1);
    return `${cut}…`;
  }
}
