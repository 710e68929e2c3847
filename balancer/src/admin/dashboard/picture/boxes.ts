import type { LiveOrigin } from '../board.ts';
import { draw, make, mark, say } from '../elements.ts';
import { shapeOf } from '../origins/states.ts';
import type { Mark } from './policy-marks.ts';

/** Blocks of a stack that are drawn; more are counted. */
const mostBlocks = 12;

/** An origin in the picture. */
export interface OriginBox {
  readonly element: HTMLElement;
  readonly show: (origin: LiveOrigin, name: string, policyMark: Mark) => void;
}

/** The box of an origin: its name, how it stands, what is in flight there, and what the policy makes of it. */
export function originBox(tint: number): OriginBox {
  const name = make('strong', { class: 'name' });
  const shape = make('span', { class: 'shape', 'aria-hidden': 'true' });
  const state = make('span');
  const stack = inFlightStack();
  const note = make('p', { class: 'mark' });
  const top = make('div', { class: 'box-top' }, name, make('span', { class: 'state' }, shape, state));
  const element = make('li', { class: 'box origin-box', 'data-tint': tint % 8 }, top, stack.element, note);
  const show = (origin: LiveOrigin, shortName: string, policyMark: Mark) => {
    const isReady = origin.state === 'ready';
    say(name, shortName);
    mark(name, 'title', origin.id);
    say(shape, shapeOf(origin.state));
    say(state, origin.state);
    mark(element, 'data-state', origin.state);
    mark(element, 'data-mark', isReady ? policyMark.kind : 'plain');
    stack.show(origin.inFlight);
    say(note, isReady ? policyMark.text : origin.reason);
    mark(note, 'title', note.textContent ?? '');
  };
  return { element, show };
}

/** Requests in flight as blocks, one each. */
function inFlightStack(): { element: HTMLElement; show: (n: number) => void } {
  const blocks = Array.from({ length: mostBlocks }, (_, place) => draw('rect', { x: place * 9, y: 0.5, width: 7, height: 11, rx: 2 }));
  const picture = draw('svg', { class: 'stack', width: mostBlocks * 9, height: 12, 'aria-hidden': 'true' }, ...blocks);
  const words = make('span', { class: 'in-flight' });
  const show = (n: number) => {
    for (const [place, block] of blocks.entries()) mark(block, 'class', place < n ? 'full' : undefined);
    say(words, `${n} in flight`);
  };
  return { element: make('div', { class: 'load' }, picture, words), show };
}
