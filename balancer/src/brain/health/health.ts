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
  #remembering: NodeJS.Timeout | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    parts.roster.observe({
      // Not in the middle of a change, which others hear of as well.
      changed: () => queueMicrotask(() => this.#endExcess()),
      replaced: (origins) => this.#follow(origins),
    });
  }

  /** Whether every origin was probed once. */
  get knows(): boolean {
    return this.#knows;
  }

  /** Probes every origin at once and then at intervals, until `stop`. Resolves after the first round. */
  async start(): Promise<void> {
    this.#remembering = setInterval(() => this.#remember(), pace);
    this.#remembering.unref();
    const first = this.#parts.roster.members.map(({ origin }) => this.#watch(origin, 'up').probe());
    await Promise.all(first);
    this.#knows = true;
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
    for (const watch of this.#watches.values()) void watch.probe();
    this.#endExcess();
  }

  stop(): void {
    clearInterval(this.#remembering);
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
  }

  #remember(): void {
    for (const watch of this.#watches.values()) watch.remember();
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
      if (!this.#watches.has(origin.id)) void this.#watch(origin, 'unsure').probe();
    }
    this.#endExcess();
  }

  #watch(origin: Origin, health: 'up' | 'unsure'): Watch {
    const watch = new Watch(origin, health, this.#parts);
    this.#watches.set(origin.id, watch);
    return watch;
  }
}
