import type { LiveOrigin } from '../board.ts';
import { draw, make, mark, say } from '../elements.ts';
import { shapeOf } from '../origins/states.ts';
import type { Mark } from './policy-marks.ts';
import { loadInWords, mostBlocks, stackOf } from './stack.ts';

/** An origin in the picture. */
export interface OriginBox {
  readonly element: HTMLElement;
  /** `queued` is how many requests queue inside it. */
  readonly show: (origin: LiveOrigin, queued: number, name: string, policyMark: Mark) => void;
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
  const show = (origin: LiveOrigin, queued: number, shortName: string, policyMark: Mark) => {
    const isReady = origin.state === 'ready';
    say(name, shortName);
    mark(name, 'title', origin.id);
    say(shape, shapeOf(origin.state));
    say(state, origin.state);
    mark(element, 'data-state', origin.state);
    mark(element, 'data-mark', isReady ? policyMark.kind : 'plain');
    stack.show(origin.inFlight, queued);
    say(note, isReady ? policyMark.text : origin.reason);
    mark(note, 'title', note.textContent ?? '');
  };
  return { element, show };
}

/** Requests in flight as blocks, one each; those that queue inside the origin are hollow. */
function inFlightStack(): { element: HTMLElement; show: (inFlight: number, queued: number) => void } {
  const blocks = Array.from({ length: mostBlocks }, (_, place) => draw('rect', { x: place * 9, y: 0.5, width: 7, height: 11, rx: 2 }));
  const picture = draw('svg', { class: 'stack', width: mostBlocks * 9, height: 12, 'aria-hidden': 'true' }, ...blocks);
  const words = make('span', { class: 'in-flight' });
  const show = (inFlight: number, queued: number) => {
    const stack = stackOf(inFlight, queued);
    for (const [place, block] of blocks.entries()) mark(block, 'class', stack[place]);
    say(words, loadInWords(inFlight, queued));
  };
  return { element: make('div', { class: 'load' }, picture, words), show };
}
