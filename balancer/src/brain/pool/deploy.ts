import type { Origin } from '../select/origin.ts';
import type { World } from '../world.ts';
import type { MainRoster } from './main-roster.ts';
import { duration } from './standing.ts';

/** What a deploy works with. */
export interface DeployParts {
  readonly roster: MainRoster;
  readonly world: World;
  /** How long the new origins may take to become well, in ms. */
  readonly timeout: number;
  /** How long those of before may take to finish what runs, in ms, until nobody waits for them any longer. */
  readonly farewell: number;
  /** Told when the new origins have taken over. */
  readonly tookOver?: () => void;
}

/**
 * How a deploy ended: the new origins took over, and those of before have gone, but for those that still finish what runs; or nothing has
 * changed, for that reason.
 */
export type DeployEnding =
  | { readonly isDone: true; readonly stillThere: readonly string[] }
  | { readonly isDone: false; readonly reason: string };

/**
 * Replaces the origins of a pool by others without a gap: the new ones are probed beside those that serve, and get nothing until all of them are
 * well; then they take over at once, and those that are not among them drain. If one does not become well in time, nothing has changed.
 */
export class Deploy {
  readonly #wanted: readonly Origin[];
  readonly #before: readonly Origin[];
  readonly #parts: DeployParts;
  readonly #ended: (ending: DeployEnding) => void;
  #stopObserving = () => {};
  #stopClock = () => {};
  #step: 'probing' | 'taking over' | 'draining' | 'over' = 'probing';

  /** `ended` is called once, and not before `begin` has returned. */
  constructor(wanted: readonly Origin[], parts: DeployParts, ended: (ending: DeployEnding) => void) {
    this.#wanted = wanted;
    this.#before = parts.roster.members.map(({ origin }) => origin);
    this.#parts = parts;
    this.#ended = ended;
  }

  /** Lists the new origins beside the others. Throws what the roster's `checkList` throws, and nothing has changed then. */
  begin(): void {
    const { roster, world, timeout } = this.#parts;
    const isNew = (origin: Origin) => !this.#before.some((other) => isSame(other, origin));
    const beside = this.#wanted.filter(isNew);
    const twin = beside.find(({ id }) => this.#before.some((other) => other.id === id));
    if (twin)
      throw new SamePlace(`${twin.id} is there by another scheme or proxy-protocol; give it another port, or change it in the file`);
    roster.replace([...this.#before, ...beside], isNew);
    this.#stopObserving = roster.observe({ changed: () => this.#look(), gone: () => this.#look() });
    this.#stopClock = world.after(timeout, () => this.giveUp(`not all are well after ${duration(timeout)}: ${this.#unwell()}`));
    world.soon(() => this.#look());
  }

  /** Ends it before the new origins have taken over, as if it had never begun. Does nothing afterwards. */
  giveUp(reason: string): void {
    if (this.#step !== 'probing' && this.#step !== 'taking over') return;
    // The list of before: whoever gives up because of another one follows that afterwards.
    this.#end({ isDone: false, reason });
    this.#parts.roster.replace(this.#before);
  }

  readonly #look = (): void => {
    const { world } = this.#parts;
    if (this.#step === 'probing' && this.#wanted.every((origin) => this.#isWell(origin))) {
      // Not in the middle of the change that this is called in.
      this.#step = 'taking over';
      world.soon(() => this.#takeOver());
    } else if (this.#step === 'draining' && this.#stillThere().length === 0) world.soon(() => this.#finish());
  };

  #isWell(origin: Origin): boolean {
    const { roster } = this.#parts;
    return roster.isWellHeld(origin) || roster.memberAt(origin)?.isReady === true;
  }

  #takeOver(): void {
    // It may have been given up meanwhile.
    if (this.#step !== 'taking over') return;
    const { roster, world, farewell, tookOver } = this.#parts;
    if (!this.#wanted.every((origin) => this.#isWell(origin))) {
      this.#step = 'probing';
      return;
    }
    this.#stopClock();
    this.#stopClock = world.after(farewell, () => this.#finish());
    for (const origin of this.#wanted) roster.release(origin, 'took over');
    roster.replace(this.#wanted);
    tookOver?.();
    this.#step = 'draining';
    this.#look();
  }

  #finish(): void {
    if (this.#step !== 'over') this.#end({ isDone: true, stillThere: this.#stillThere() });
  }

  #end(ending: DeployEnding): void {
    this.#step = 'over';
    this.#stopClock();
    this.#stopObserving();
    this.#parts.world.soon(() => this.#ended(ending));
  }

  /** Those of before that are not wanted any more, and still finish what runs. */
  #stillThere(): string[] {
    const { roster } = this.#parts;
    const isLeft = (origin: Origin) => this.#before.some((other) => isSame(other, origin));
    return [...roster.leaving].filter(({ origin }) => isLeft(origin)).map(({ origin }) => origin.id);
  }

  /** Who of the wanted is not well, and why. */
  #unwell(): string {
    const { roster } = this.#parts;
    return this.#wanted
      .filter((origin) => !this.#isWell(origin))
      .map((origin) => `${origin.id} (${roster.memberAt(origin)?.standing.reason ?? 'not listed'})`)
      .join(', ');
  }
}

/** An origin of that name is there by another scheme or version of the PROXY protocol, and two of one name can't be told apart. */
export class SamePlace extends Error {}

function isSame(one: Origin, other: Origin): boolean {
  return one.id === other.id && one.url.href === other.url.href && one.proxyProtocol === other.proxyProtocol;
}
