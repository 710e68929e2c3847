import type { DecisionReport } from '../api.ts';
import { byId, html, say, set, svg } from './elements.ts';
import { isByKey } from './marks.ts';
import type { Model } from './model.ts';
import { order } from './orders.ts';
import { hueOf } from './palette.ts';

/** Time between two looks at the latest decision, in ms. */
const pause = 700;

/** Keys that are shown on the strip. */
const mostKeys = 40;

/** Follows the latest decision, for the sentence under the picture, and for what only a decision tells about a policy's state. */
export class Why {
  latest: DecisionReport | undefined;
  readonly #model: Model;
  #lookedAt = 0;
  #keys: { readonly at: number; readonly origin: string }[] = [];

  constructor(model: Model) {
    this.#model = model;
  }

  /** Looks at the latest decision, if it is another one and not too soon. */
  async look(): Promise<void> {
    const newest = this.#model.exchanges.find(({ attempts }) => attempts.length > 0);
    const now = performance.now();
    if (!newest || newest.id === this.latest?.id || now - this.#lookedAt < pause || document.hidden) return;
    this.#lookedAt = now;
    try {
      this.latest = (await order({ method: 'GET', path: `/api/decisions/${encodeURIComponent(newest.id)}` })) as DecisionReport;
      this.#draw(this.latest);
    } catch {
      // It may have left the ring by now; there will be another one.
    }
  }

  #draw(decision: DecisionReport): void {
    const attempt = decision.attempts.at(-1);
    if (!attempt) return;
    const hash = attempt.facts['keyHash'];
    say(byId('picture-why'), `Latest: ${decision.method} ${decision.target.slice(0, 60)} → ${attempt.origin}. ${attempt.why}.`);
    if (typeof hash === 'number')
      this.#keys = [...this.#keys.filter(({ at }) => at !== hash), { at: hash, origin: attempt.origin }].slice(-mostKeys);
    this.#drawKeys(isByKey(decision.policy));
  }

  /** The hashes of the latest keys on a line from 0 to 2^32, each in the colour of the origin that it led to. */
  #drawKeys(isShown: boolean): void {
    const strip = byId('picture-keys');
    strip.hidden = !isShown;
    if (!isShown) return;
    const ids = this.#model.status?.origins.map(({ id }) => id) ?? [];
    const ticks = this.#keys.map(({ at, origin }) => {
      const x = (at / 2 ** 32) * 1000;
      return svg(
        'path',
        { class: `key ${hueOf(ids.indexOf(origin))}`, d: `M${x} 2V18` },
        svg('title', {}, `a key that leads to ${origin}`),
      );
    });
    const line = svg(
      'svg',
      { viewBox: '0 0 1000 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('path', { class: 'ground', d: 'M0 18H1000' }),
      ...ticks,
    );
    strip.replaceChildren(html('span', {}, `hashes of the latest ${this.#keys.length} keys, by origin`), line);
    set(strip, { role: 'img', 'aria-label': `${this.#keys.length} keys and the origins that they lead to` });
  }
}
