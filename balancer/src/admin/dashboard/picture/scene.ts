import type { Board } from '../board.ts';
import { byId, make, mark, say } from '../elements.ts';
import { count, rate } from '../figures.ts';
import { shortNames } from '../names.ts';
import { type OriginBox, originBox } from './boxes.ts';
import type { Box, Places } from './geometry.ts';
import { markOf, type PolicyState } from './policy-marks.ts';

/** Origins that the picture has room for; the table has all. */
const mostBoxes = 24;

/** The boxes of the picture, and where they are. */
export class Scene {
  readonly root = byId('scene');
  readonly #board: Board;
  readonly #clients = make('span', { class: 'figure' });
  readonly #connections = make('span', { class: 'sub' });
  readonly #policy = make('span', { class: 'policy-name' });
  readonly #rate = make('span', { class: 'figure' });
  readonly #running = make('span', { class: 'sub' });
  readonly #waiting = make('span', { class: 'sub waiting' });
  readonly #list = make('ol', { class: 'origin-boxes', 'aria-label': 'Origins' });
  readonly #more = make('p', { class: 'more' });
  readonly #empty = make('p', { class: 'empty-scene' });
  readonly #clientBox = make('div', { class: 'box clients-box' }, make('strong', {}, 'clients'), this.#clients, this.#connections);
  readonly #balancerBox: HTMLElement;
  readonly #moved: () => void;
  #boxes = new Map<string, OriginBox>();

  /** Builds the scene; `moved` is called when boxes are elsewhere. */
  constructor(board: Board, moved: () => void) {
    this.#board = board;
    this.#moved = moved;
    const figures = [this.#policy, this.#rate, this.#running, this.#waiting];
    this.#balancerBox = make('div', { class: 'box balancer-box' }, make('strong', {}, 'balancer'), ...figures);
    const origins = make('div', { class: 'origin-column' }, this.#list, this.#more);
    this.root.append(this.#clientBox, this.#balancerBox, origins, this.#empty);
    // A box may grow, such as by a longer reason, while the scene as a whole stays as it is.
    const watch = new ResizeObserver(moved);
    for (const part of [this.root, this.#balancerBox, this.#list]) watch.observe(part);
  }

  /** Shows how everything stands. */
  show(state: PolicyState): void {
    const { status, origins, pool } = this.#board;
    const shown = origins.slice(0, mostBoxes);
    const names = shortNames(origins.map(({ id }) => id));
    this.#setOrigins(shown.map(({ id }) => id));
    for (const origin of shown) {
      const queued = this.#board.queued.get(origin.id) ?? 0;
      this.#boxes.get(origin.id)?.show(origin, queued, names.get(origin.id) ?? origin.id, markOf(origin, state));
    }
    say(this.#clients, count(status?.clients ?? 0));
    say(this.#connections, status?.clients === 1 ? 'connection' : 'connections');
    say(this.#policy, state.policy);
    say(this.#rate, `${rate(this.#board.perSecond)}/s`);
    say(this.#running, `${count(pool?.running ?? 0)} running`);
    say(this.#waiting, pool && pool.waiting > 0 ? `${count(pool.waiting)} waiting` : '');
    say(this.#more, origins.length > mostBoxes ? `and ${origins.length - mostBoxes} more, in the table below` : '');
    this.#showEmpty(status?.port);
  }

  /** Where everything is, relative to the scene. */
  places(): Places {
    const frame = this.root.getBoundingClientRect();
    const place = (element: Element): Box => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left - frame.left, y: top - frame.top, width, height };
    };
    const origins = new Map([...this.#boxes].map(([id, { element }]) => [id, place(element)]));
    return { clients: place(this.#clientBox), balancer: place(this.#balancerBox), origins };
  }

  #setOrigins(ids: readonly string[]): void {
    if (ids.join() === [...this.#boxes.keys()].join()) return;
    this.#boxes = new Map(ids.map((id, place) => [id, originBox(place)]));
    this.#list.replaceChildren(...[...this.#boxes.values()].map(({ element }) => element));
    mark(this.root, 'data-density', ids.length > 8 ? 'dense' : undefined);
    this.#moved();
  }

  #showEmpty(port: number | undefined): void {
    const isEmpty = port !== undefined && this.#board.latest() === undefined;
    this.#empty.hidden = !isEmpty;
    const { pool, isOneOfSeveral } = this.#board;
    if (isEmpty && isOneOfSeveral) say(this.#empty, `No request yet in pool ${pool?.name}.`);
    else if (isEmpty) say(this.#empty, `No request yet. Press “Send 20 a second”, or run: curl ${location.hostname}:${port}`);
  }
}
