import type { OriginReport, Status } from '../api.ts';
import { Crowd } from './crowd.ts';
import { drawDots } from './dot-layer.ts';
import { byId, say, set, svg } from './elements.ts';
import { dockOf, type Layout, layoutFor } from './layout.ts';
import { type Marks, marksOf } from './marks.ts';
import type { Model } from './model.ts';
import { OriginBox } from './origin-box.ts';
import { hueOf } from './palette.ts';
import type { Why } from './why.ts';
import { count } from './words.ts';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** The picture: clients, the balancer and the origins, and real requests on their way between them. */
export class Picture {
  readonly #model: Model;
  readonly #why: Why;
  readonly #crowd = new Crowd();
  readonly #frame = byId('picture');
  readonly #svg = svg('svg', { role: 'img', 'aria-label': 'Clients on one side, the balancer, and the origins' });
  readonly #lines = svg('g');
  readonly #dots = svg('g', { 'aria-hidden': 'true' });
  readonly #stations = svg('g');
  #boxes: readonly OriginBox[] = [];
  #layout: Layout = layoutFor(900, 0);
  #ids = '';
  #isPaused = false;

  constructor(model: Model, why: Why) {
    this.#model = model;
    this.#why = why;
    this.#svg.append(this.#lines, this.#dots, this.#stations);
    this.#frame.prepend(this.#svg);
    new ResizeObserver(() => this.#arrange()).observe(this.#frame);
    requestAnimationFrame(this.#animate);
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  /** Forgets who is on the way, such as when the connection was lost. */
  clear(): void {
    this.#crowd.clear();
  }

  /** Takes the latest tick's exchanges on their way. */
  send(): void {
    if (calm.matches || document.hidden) return;
    const { exchanges, unseen } = this.#model.fresh;
    this.#crowd.take(exchanges, unseen, performance.now());
  }

  /** Draws the figures anew. */
  draw(): void {
    const { status } = this.#model;
    if (!status) return;
    const ids = status.origins.map(({ id }) => id).join();
    if (ids !== this.#ids) {
      this.#ids = ids;
      this.#arrange();
    }
    const marks = marksOf(status, this.#why.latest);
    for (const [place, origin] of status.origins.entries()) this.#drawOrigin(origin, place, marks);
    this.#drawCaption(status);
  }

  #drawOrigin(origin: OriginReport, place: number, marks: Marks): void {
    this.#boxes[place]?.draw(origin, marks.get(origin.id));
    const line = this.#lines.children[place + 1];
    if (line)
      set(line, { class: `line ${hueOf(place)} ${origin.expectedShare > 0 ? '' : 'is-out'} ${marks.has(origin.id) ? 'is-marked' : ''}` });
  }

  #drawCaption({ policy, running, waiting }: Status): void {
    const ratio = this.#crowd.requestsPerDot;
    say(byId('picture-policy'), policy);
    say(byId('picture-running'), `${count(running)} running${waiting > 0 ? `, ${count(waiting)} waiting for a place` : ''}`);
    say(byId('picture-scale'), ratio > 1 ? `1 dot = ${count(ratio)} requests` : '');
    byId('picture-empty').hidden = this.#model.exchanges.length > 0;
  }

  #arrange(): void {
    const origins = this.#model.status?.origins ?? [];
    this.#layout = layoutFor(Math.max(300, this.#frame.clientWidth), origins.length);
    const { width, height, clients, balancer } = this.#layout;
    set(this.#svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    const lines = origins.map((_, place) => svg('path', { d: this.#path(place) }));
    this.#lines.replaceChildren(svg('path', { class: 'line', d: `M${clients.x} ${clients.y} L${balancer.x} ${balancer.y}` }), ...lines);
    this.#boxes = origins.map((origin, place) => new OriginBox(origin, place, this.#layout));
    this.#stations.replaceChildren(
      station('clients', clients, 'clients'),
      station('balancer', balancer, 'balancer'),
      ...this.#boxes.map(({ group }) => group),
    );
    this.draw();
  }

  #path(place: number): string {
    const { balancer, isUpright } = this.#layout;
    const dock = dockOf(this.#layout, place);
    if (isUpright) return `M${balancer.x} ${balancer.y} L${dock.x} ${dock.y}`;
    const middle = (balancer.x + dock.x) / 2;
    return `M${balancer.x} ${balancer.y} C${middle} ${balancer.y} ${middle} ${dock.y} ${dock.x} ${dock.y}`;
  }

  readonly #animate = (now: number): void => {
    requestAnimationFrame(this.#animate);
    if (this.#isPaused) return;
    this.#crowd.sweep(now);
    drawDots(this.#dots, this.#crowd.dots, now, this.#layout, this.#ids.split(','));
  };
}

function station(name: string, { x, y }: { x: number; y: number }, label: string): SVGGElement {
  const [width, height] = [label.length * 8 + 30, 44];
  return svg(
    'g',
    { class: `station ${name}` },
    svg('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 12 }),
    svg('text', { x, y: y + 5, 'text-anchor': 'middle' }, label),
  );
}
