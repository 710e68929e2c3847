import type { Origin } from '../select/origin.ts';
import type { World } from '../world.ts';
import { Deploy, type DeployEnding } from './deploy.ts';
import type { MainRoster } from './main-roster.ts';

/** Where an origin, or what is said of it, comes from: the configuration, somebody's hand, or a deploy. */
export type Source = 'file' | 'hand' | 'deploy';

/** Something else is under way that changes the same list. */
export class Busy extends Error {}

/** A list of origins that can't be used; each problem is a sentence. */
export class UnusableList extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** What membership works with. */
export interface MembershipParts {
  readonly roster: MainRoster;
  readonly world: World;
  /** What is wrong with a list of origins, a sentence each. */
  readonly problemsIn: (origins: readonly Origin[]) => readonly string[];
  /** How long what runs at an origin may go on once that has left, in ms. */
  readonly drainTimeout: () => number;
}

/** How long after the drain timeout somebody who waits for origins to go is told that they have not, in ms. */
const grace = 5000;

/** Who is in a pool, changed while it runs: by the configuration, by hand, or by a deploy. */
export class Membership {
  readonly #parts: MembershipParts;
  /** By the origins' ids; those of the configuration are missing. */
  readonly #sources = new Map<string, Source>();
  #deploy: Deploy | undefined;
  #isOver = false;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  /** Where the origin of that id comes from. */
  sourceOf(id: string): Source {
    return this.#sources.get(id) ?? 'file';
  }

  /** Whether a deploy is under way: its origins have not taken over yet, or those of before have not gone. */
  get isDeploying(): boolean {
    return this.#deploy !== undefined;
  }

  /** Adds an origin, which waits for its first good probe. Throws Busy, UnusableList, and what the roster's `checkList` throws. */
  add(origin: Origin): void {
    this.#follow([...this.#list(), origin]);
    this.#sources.set(origin.id, 'hand');
  }

  /** Changes an origin; `source` is where it then comes from. Throws UnknownOrigin, and as `add` does. */
  change(id: string, changes: Partial<Pick<Origin, 'weight' | 'backup'>>, source: Source = 'hand'): void {
    this.#parts.roster.named(id);
    this.#follow(this.#list().map((origin) => (origin.id === id ? { ...origin, ...changes } : origin)));
    if (source === 'file') this.#sources.delete(id);
    else this.#sources.set(id, source);
  }

  /**
   * Takes an origin off the list: it gets nothing new, and finishes what runs. Resolves with whether it has gone, in the drain timeout. Throws
   * UnknownOrigin, and as `add` does.
   */
  async remove(id: string): Promise<boolean> {
    return this.#gone(this.takeOff(id));
  }

  /** As `remove`, and doesn't wait until the origin has gone, which it returns. */
  takeOff(id: string): Origin {
    const { origin } = this.#parts.roster.named(id);
    this.#follow(this.#list().filter((other) => other.id !== id));
    this.#sources.delete(id);
    return origin;
  }

  /**
   * Replaces all origins by others as soon as these are well, which may take so many ms. Resolves once those of before have gone, or when
   * nothing has changed. Throws Busy, UnusableList, and what a deploy's `begin` throws.
   */
  async deploy(origins: readonly Origin[], timeout: number): Promise<DeployEnding> {
    const { promise, resolve } = Promise.withResolvers<DeployEnding>();
    this.beginDeploy(origins, timeout, resolve);
    return promise;
  }

  /** As `deploy`, and calls back once at its end, not before it has returned. */
  beginDeploy(origins: readonly Origin[], timeout: number, ended: (ending: DeployEnding) => void): void {
    this.#checkFree();
    this.#checkUsable(origins);
    const { roster, world, drainTimeout } = this.#parts;
    const tookOver = () => this.#setSources(origins, 'deploy');
    const deploy = new Deploy(origins, { roster, world, timeout, farewell: drainTimeout() + grace, tookOver }, (ending) => {
      this.#deploy = undefined;
      ended(ending);
    });
    deploy.begin();
    this.#deploy = deploy;
  }

  /** Follows the configuration's list. Returns the ids of the origins of which it overrides what was done by hand or by a deploy. */
  adopt(origins: readonly Origin[]): readonly string[] {
    this.#deploy?.giveUp('the configuration has other origins now');
    const overridden = [...this.#sources.keys()];
    this.#parts.roster.replace(origins);
    this.#sources.clear();
    return overridden;
  }

  /** The pool is no more: lets all origins go. Whoever asks for another change after that, since he found it before, is told so (Busy). */
  dissolve(): void {
    this.adopt([]);
    this.#isOver = true;
  }

  #list(): readonly Origin[] {
    return this.#parts.roster.members.map(({ origin }) => origin);
  }

  #follow(origins: readonly Origin[]): void {
    this.#checkFree();
    this.#checkUsable(origins);
    this.#parts.roster.replace(origins);
  }

  #checkFree(): void {
    if (this.#isOver) throw new Busy('this pool is no more; the configuration was changed');
    if (this.#deploy) throw new Busy('a deploy is under way in this pool; wait until it is over');
  }

  #checkUsable(origins: readonly Origin[]): void {
    const problems = this.#parts.problemsIn(origins);
    if (problems.length > 0) throw new UnusableList(problems);
  }

  #setSources(origins: readonly Origin[], source: Source): void {
    this.#sources.clear();
    for (const { id } of origins) this.#sources.set(id, source);
  }

  /** Resolves with whether an origin that has left the list has gone, in the drain timeout. */
  #gone({ id, url }: Origin): Promise<boolean> {
    const { roster, world, drainTimeout } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const isThere = () => [...roster.leaving].some(({ origin }) => origin.id === id && origin.url.href === url.href);
    const stopClock = world.after(drainTimeout() + grace, () => resolve(!isThere()));
    const stopObserving = roster.observe({ gone: () => isThere() || resolve(true) });
    if (!isThere()) resolve(true);
    return promise.finally(() => {
      stopClock();
      stopObserving();
    });
  }
}
