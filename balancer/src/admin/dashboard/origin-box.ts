import type { OriginReport } from '../api.ts';
import { say, set, svg } from './elements.ts';
import type { Layout } from './layout.ts';
import { hueOf } from './palette.ts';
import { ms, perSecond, stateShapes } from './words.ts';

/** Boxes that are wider have room for figures beside the state. */
const roomy = 220;

/** Attempts in flight that are drawn one by one. */
const mostStacked = 16;

/** An origin in the picture: its name, its state, what is in flight there, and what the policy has in mind about it. */
export class OriginBox {
  readonly group: SVGGElement;
  readonly #rect: SVGRectElement;
  readonly #state = svg('text', { class: 'state' });
  readonly #figures = svg('text', { class: 'figures', 'text-anchor': 'end' });
  readonly #mark = svg('text', { class: 'mark', 'text-anchor': 'end' });
  readonly #stack = svg('g', { class: 'stack' });
  readonly #name: SVGTextElement;

  constructor({ id }: OriginReport, place: number, { boxes, box }: Layout) {
    const { x, y } = boxes[place] ?? { x: 0, y: 0 };
    const { width, height } = box;
    this.#rect = svg('rect', { width, height, rx: 10 });
    const right = width - 12;
    this.#name = svg('text', { class: 'name', x: 24, y: 22 }, shortened(id, width - (width < roomy ? 36 : 110)));
    set(this.#state, { x: 12, y: 41 });
    set(this.#figures, { x: right, y: 41 });
    const isNarrow = width < roomy;
    set(this.#mark, { x: right, y: isNarrow ? 58 : 22 });
    set(this.#figures, { display: isNarrow ? 'none' : undefined });
    set(this.#stack, { transform: 'translate(12 50)' });
    this.group = svg(
      'g',
      { class: `box ${hueOf(place)}`, transform: `translate(${x} ${y})` },
      this.#rect,
      svg('rect', { class: 'swatch', x: 10, y: 12, width: 9, height: 11, rx: 2 }),
      ...[this.#name, this.#state, this.#figures, this.#mark, this.#stack],
      svg('title', {}, id),
    );
  }

  draw({ state, inFlight, recent, expectedShare }: OriginReport, mark: string | undefined): void {
    say(this.#state, `${stateShapes[state] ?? ''} ${state}`);
    say(this.#figures, recent.n > 0 ? `${perSecond(recent.perSecond)} · ${ms(recent.p50)}` : '');
    say(this.#mark, mark === undefined ? '' : `◂ ${mark}`);
    this.group.classList.toggle('is-out', expectedShare === 0);
    this.group.classList.toggle('is-marked', mark !== undefined);
    this.group.dataset['state'] = state;
    this.#drawStack(inFlight);
  }

  #drawStack(inFlight: number): void {
    const shown = Math.min(inFlight, mostStacked);
    const rest = inFlight > 0 ? `${inFlight} in flight` : '';
    if (this.#stack.dataset['shown'] === rest) return;
    this.#stack.dataset['shown'] = rest;
    const bars = Array.from({ length: shown }, (_, i) => svg('rect', { x: i * 7, width: 5, height: 8, rx: 1 }));
    this.#stack.replaceChildren(...bars, svg('text', { x: shown * 7 + 4, y: 8 }, rest));
  }
}

function shortened(id: string, width: number): string {
  const most = Math.floor(width / 7.9);
  return id.length > most ? `${id.slice(0, most - 1)}…` : id;
}
