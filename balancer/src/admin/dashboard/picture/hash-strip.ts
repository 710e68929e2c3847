import type { DecisionReport } from '../../api.ts';
import { draw, make, mark, say } from '../elements.ts';
import { type HashedKey, withKey } from './hashed-keys.ts';

/** The width of the strip in its own units. */
const width = 1000;

const none = 'No key was hashed yet.';

/** All hashes on a line, with a tick for each key that was lately seen, in the colour of the origin that it led to. */
export class HashStrip {
  readonly element = make('figure', { class: 'hash-strip', hidden: '' });
  readonly #ticks = draw('g');
  readonly #words = make('figcaption', { class: 'sub' });
  #keys: readonly HashedKey[] = [];
  #seen: DecisionReport | undefined;

  constructor() {
    const ground = draw('path', { class: 'ground', d: `M0 18H${width}` });
    const strip = draw('svg', {
      viewBox: `0 0 ${width} 20`,
      preserveAspectRatio: 'none',
      height: 20,
      width: '100%',
      'aria-hidden': 'true',
    });
    strip.append(ground, this.#ticks);
    this.element.append(strip, this.#words);
  }

  /** Forgets all keys: they are another pool's. */
  clear(): void {
    this.#keys = [];
    this.#seen = undefined;
    this.#ticks.replaceChildren();
    say(this.#words, none);
  }

  /** Takes in what the latest decision tells; policies that don't hash have no strip. */
  show(decision: DecisionReport | undefined, policy: string, tints: ReadonlyMap<string, number>): void {
    this.element.hidden = !policy.endsWith('-hash');
    if (this.element.hidden || decision === this.#seen) return;
    this.#seen = decision;
    this.#keys = withKey(this.#keys, decision);
    this.#ticks.replaceChildren(
      ...this.#keys.map(({ at, origin }) =>
        draw('path', { d: `M${Math.round(at * width)} 1V17`, 'data-tint': (tints.get(origin) ?? 0) % 8 }),
      ),
    );
    const last = this.#keys.at(-1);
    mark(this.#ticks.lastElementChild ?? this.#ticks, 'class', 'latest-key');
    say(this.#words, last ? `All hashes from 0 to 2³²: ${this.#keys.length} seen lately; ${last.inWords}` : none);
  }
}
