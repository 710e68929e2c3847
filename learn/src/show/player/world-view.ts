import { make, say } from '../../../../balancer/src/admin/dashboard/elements.ts';
import type { Side } from '../../chapter.ts';
import type { Frame, OriginLook } from '../../lab/frame.ts';
import type { Lab } from '../../lab/lab.ts';
import { Brush } from './brush.ts';
import { coloursIn } from './colours.ts';
import { heightFor, type Layout, layOut } from './layout.ts';
import { Reel } from './reel.ts';
import { drawScene, stateOf } from './scene.ts';

/** How a world is shown: how fast, and how long a way takes. */
export interface Pace {
  /** ms of the world in one second of the reader's. */
  readonly msPerSecond: number;
  /** ms of the world that a way between two machines takes in the picture. */
  readonly way: number;
}

/** One world as it is seen: a picture that moves, and what that shows as a table. */
export class WorldView {
  readonly element: HTMLElement;
  readonly #canvas = make('canvas', { role: 'img', class: 'world' });
  readonly #rows = make('tbody');
  readonly #brush: Brush;
  readonly #world: string;
  readonly #lab: Lab;
  readonly #pace: Pace;
  #reel = new Reel();
  #layout: Layout = layOut(600, 1, 1);
  #shape = { origins: 1, balancers: 1 };
  /** Counts the worlds that were put up, so that an answer about an old one is not taken for the new one's. */
  #generation = 0;
  #isAsking = false;

  constructor(world: string, name: string, lab: Lab, pace: Pace) {
    this.#world = world;
    this.#lab = lab;
    this.#pace = pace;
    const context = this.#canvas.getContext('2d');
    if (!context) throw new Error('this browser has no canvas');
    const heads = ['origin', 'is', 'works on', 'queue', 'got so far'];
    const head = make('thead', {}, make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text))));
    const twin = make('details', { class: 'twin' }, make('summary', {}, 'The same as a table'), make('table', {}, head, this.#rows));
    this.element = make('figure', { class: 'world-view' }, ...(name === '' ? [] : [make('figcaption', {}, name)]), this.#canvas, twin);
    this.#brush = new Brush(context, { ink: '', soft: '', line: '', card: '', bad: '', warn: '', tint: () => '' }, 'system-ui, sans-serif');
    new ResizeObserver(([entry]) => this.#resize(entry?.contentRect.width ?? 0)).observe(this.element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#readColours());
  }

  /** Puts a world up, from its beginning. */
  async put({ scenario }: Side, seed: number): Promise<void> {
    this.#generation += 1;
    this.#isAsking = false;
    this.#reel = new Reel();
    this.#shape = { origins: scenario.origins.length, balancers: scenario.balancers };
    this.#resize(this.element.clientWidth);
    await this.#lab.put(this.#world, scenario, seed);
  }

  /** Until when it was played, in ms of the world. */
  get playedUntil(): number {
    return this.#reel.playedUntil;
  }

  get isOver(): boolean {
    return this.#reel.isOver;
  }

  /** Has it played until a time, if nobody has asked for more yet. */
  async playUntil(to: number): Promise<void> {
    if (this.#isAsking || this.#reel.isOver) return;
    const generation = this.#generation;
    this.#isAsking = true;
    const frame = await this.#lab.advance(this.#world, to);
    if (generation !== this.#generation) return;
    this.#isAsking = false;
    this.#reel.add(frame);
  }

  /** Draws it as it is at a time; returns how everything was then. */
  draw(now: number, isCalm: boolean): Frame | undefined {
    const { way } = this.#pace;
    const frame = this.#reel.frameAt(now - 2 * way);
    if (frame) drawScene(this.#brush, this.#layout, { now, way, flights: this.#reel.flights, origins: frame.origins, isCalm });
    this.#reel.forget(now, way);
    return frame;
  }

  /** Says in words and figures what there is to see; not to be done with every picture. */
  tell(frame: Frame): void {
    const words = frame.origins.map(
      (look) => `${look.id} ${stateOf(look) || 'ready'}, works on ${look.working}, ${look.queued} in its queue`,
    );
    this.#canvas.setAttribute('aria-label', `Requests on their way. ${words.join('; ')}. ${frame.waiting} wait in the balancer.`);
    if (this.#rows.children.length !== frame.origins.length) this.#rows.replaceChildren(...frame.origins.map(emptyRow));
    for (const [place, look] of frame.origins.entries()) fillRow(this.#rows.children[place], look);
  }

  #resize(width: number): void {
    if (width === 0) return;
    const { origins, balancers } = this.#shape;
    const scale = devicePixelRatio || 1;
    this.#layout = layOut(width, origins, balancers);
    const height = heightFor(origins, balancers);
    this.#canvas.style.height = `${height}px`;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    this.#canvas.getContext('2d')?.setTransform(scale, 0, 0, scale, 0, 0);
    this.#readColours();
  }

  #readColours(): void {
    this.#brush.colours = coloursIn(this.element);
  }
}

function emptyRow(): HTMLElement {
  return make('tr', {}, make('th', { scope: 'row' }), ...Array.from({ length: 4 }, () => make('td')));
}

function fillRow(row: Element | undefined, look: OriginLook): void {
  const cells = [look.id, stateOf(look) || 'ready', String(look.working), String(look.queued), String(look.taken)];
  for (const [place, text] of cells.entries()) {
    const cell = row?.children[place];
    if (cell) say(cell, text);
  }
}
