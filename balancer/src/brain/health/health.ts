import type { Origin } from '../select/origin.ts';
import type { Evidence } from './evidence.ts';
import type { Probe } from './probes.ts';
import { Watch, type WatchParts } from './watch.ts';

/** How often it is remembered what answers came, in ms. */
const pace = 1000;

/** Finds out how every origin is doing, from probes in the background and from what requests meet, and writes it to the roster. */
export class Health {
  readonly #parts: WatchParts;
  readonly #watches = new Map<string, Watch>();
  #knows = false;
  /** Ends the remembering. */
  #endRemembering: (() => void) | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    parts.roster.observe({
      // Not in the middle of a change, which others hear of as well.
      changed: () => parts.world.soon(() => this.#endExcess()),
      replaced: (origins) => this.#follow(origins),
    });
  }

  /** Whether every origin was probed once. */
  get knows(): boolean {
    return this.#knows;
  }

  /** Probes every origin at once and then at intervals, until `stop`. `done` is told after the first round. */
  start(done: () => void = () => {}): void {
    this.#remember();
    const { members } = this.#parts.roster;
    let left = members.length;
    const end = () => {
      left -= 1;
      if (left > 0) return;
      this.#knows = true;
      done();
    };
    for (const { origin } of members) this.#watch(origin, 'up').probe(end);
  }

  /** Takes in what an attempt has shown: see `witness`. */
  observe(id: string, evidence: Evidence): void {
    if (this.#parts.roster.memberCalled(id)?.isReady) this.#watches.get(id)?.observe(evidence);
  }

  /** The latest probes of the origin of that id, oldest first. */
  probesOf(id: string): readonly Probe[] {
    return this.#watches.get(id)?.probes ?? [];
  }

  /** Probes every origin now, such as after the settings have changed. */
  refresh(): void {
    for (const watch of this.#watches.values()) watch.probe();
    this.#endExcess();
  }

  /** Forgets how every origin has answered until now, and ends ejections: what was found was a demonstration, and no news of them. */
  acquit(reason: string): void {
    for (const watch of this.#watches.values()) watch.readmit(reason);
  }

  stop(): void {
    this.#endRemembering?.();
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
  }

  /** Remembers what has been counted, again and again. */
  #remember(): void {
    for (const watch of this.#watches.values()) watch.remember();
    this.#endRemembering = this.#parts.world.after(pace, () => this.#remember());
  }

  /** Ends ejections, the oldest first, while more of the pool is out than may be, such as after a probe has put another one down. */
  #endExcess(): void {
    const { roster, settings } = this.#parts;
    for (;;) {
      const origin = roster.ejectedTooMany(settings().maxEjected);
      const watch = origin && this.#watches.get(origin.id);
      if (!watch) return;
      watch.readmit('too many others are out');
    }
  }

  /** Follows another list of origins. Who is new is probed at once. */
  #follow(origins: readonly Origin[]): void {
    for (const [id, watch] of this.#watches) {
      if (origins.some((origin) => watch.isFor(origin))) continue;
      watch.stop();
      this.#watches.delete(id);
    }
    for (const origin of origins) {
      if (!this.#watches.has(origin.id)) this.#watch(origin, 'unsure').probe();
    }
    this.#endExcess();
  }

  #watch(origin: Origin, health: 'up' | 'unsure'): Watch {
    const watch = new Watch(origin, health, this.#parts);
    this.#watches.set(origin.id, watch);
    return watch;
  }
}
