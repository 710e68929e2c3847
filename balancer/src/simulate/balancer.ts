import { Health } from '../brain/health/health.ts';
import type { HealthSettings } from '../brain/health/watch.ts';
import { Ledger, layOut, ledgerBytes, type Waits } from '../brain/pool/ledger.ts';
import { MainRoster } from '../brain/pool/main-roster.ts';
import { MirrorRoster } from '../brain/pool/mirror-roster.ts';
import type { Origin } from '../brain/select/origin.ts';
import { soonOnce } from '../brain/soon-once.ts';
import type { World } from '../brain/world.ts';
import { SimulatedThread, type Surroundings, type ThreadSettings } from './thread.ts';

/** What may change in a simulated balancer. */
export interface BalancerSettings extends ThreadSettings {
  readonly health: Omit<HealthSettings, 'check'>;
}

/** What a simulated balancer works with. */
export interface BalancerParts extends Surroundings {
  readonly threads: number;
  readonly origins: readonly Origin[];
  /** The most origins at a time, those that finish what runs included. */
  readonly mostOrigins: number;
  /** Reads a URL. */
  readonly urlOf: (href: string) => Origin['url'];
}

/** The longest that a message takes from one thread to another, in ms. */
const slowestMessage = 3;

/** A balancer of the simulated world: the brain as one thread or several run it, with messages between them that take their time. */
export class SimulatedBalancer {
  readonly roster: MainRoster;
  readonly health: Health;
  readonly ledger: Ledger;
  readonly threads: SimulatedThread[] = [];
  settings: BalancerSettings;
  readonly #parts: BalancerParts;
  readonly #memory: ArrayBuffer;
  readonly #waits: Waits;
  /** Until when a message of one thread is under way, so that the next one doesn't overtake it. */
  readonly #busy: number[] = [];

  constructor(settings: BalancerSettings, parts: BalancerParts) {
    const { world, threads, origins, mostOrigins } = parts;
    this.settings = settings;
    this.#parts = parts;
    const size = { threads, origins: mostOrigins };
    this.#memory = layOut(new ArrayBuffer(ledgerBytes(size)), size, world.random);
    this.#waits = waitsIn(world);
    this.ledger = new Ledger(this.#memory, threads === 1 ? 0 : threads, this.#waits);
    this.roster = new MainRoster(origins, this.ledger, world.now);
    this.health = new Health({
      roster: this.roster,
      settings: () => ({ ...this.settings.health, check: ({ id }, told) => parts.serverOf(id).probe(told) }),
      world,
    });
    if (threads > 1) {
      this.roster.followedBy((done) => this.#settle(done));
      this.roster.observe({ changed: () => this.#follow(), replaced: () => this.#follow() });
    }
    for (let thread = 0; thread < threads; thread += 1) this.threads.push(this.#start(thread));
    this.health.start();
  }

  /** Follows other settings, and tells every thread. */
  configure(settings: BalancerSettings): void {
    this.settings = settings;
    this.#tellAll((thread) => thread.configure(settings));
    this.health.refresh();
  }

  /** A thread dies, with all that it serves, and another one takes its place. */
  loseThread(thread: number): void {
    if (this.threads.length === 1) return;
    this.threads[thread]?.die();
    this.ledger.reclaim(thread);
    for (const member of [...this.roster.members, ...this.roster.leaving]) {
      member.figures.reclaim(thread);
      this.roster.finished(member.origin);
    }
    this.threads[thread] = this.#start(thread);
  }

  stop(): void {
    this.health.stop();
  }

  #start(thread: number): SimulatedThread {
    const { world, threads, serverOf, urlOf, picked } = this.#parts;
    if (threads === 1) {
      const tell = this.health.observe.bind(this.health);
      return new SimulatedThread(this.settings, { world, ledger: this.ledger, roster: this.roster, serverOf, tell, picked });
    }
    const ledger = new Ledger(this.#memory, thread, this.#waits);
    const finished = (origin: Origin) => this.#tell(threads, () => this.roster.finished(origin));
    const roster = new MirrorRoster(ledger, world.now, finished, urlOf);
    roster.mirror(this.roster.snapshot());
    return new SimulatedThread(this.settings, {
      ...{ world, ledger, roster, serverOf, picked },
      tell: (id, evidence) => this.#tell(threads, () => this.health.observe(id, evidence)),
    });
  }

  /** Sends the roster to all once everything that changes now has changed. */
  readonly #follow = soonOnce(
    (work) => this.#parts.world.soon(work),
    () => {
      const snapshot = this.roster.snapshot();
      this.#tellAll(({ roster }) => (roster as MirrorRoster).mirror(snapshot));
    },
  );

  /** Calls back when every thread has done what it was told until now. */
  #settle(done: () => void): void {
    let left = this.threads.length;
    const hear = () => {
      left -= 1;
      if (left === 0) done();
    };
    this.#parts.world.soon(() => this.#tellAll(hear, hear));
  }

  /** Tells every serving thread something; `lost` is called for each that has died before it heard. */
  #tellAll(message: (thread: SimulatedThread) => void, lost: () => void = () => {}): void {
    this.threads.forEach((thread, number) => {
      this.#tell(number, () => (this.threads[number] === thread ? message(thread) : lost()));
    });
  }

  /** Brings a message to a thread in a moment; none overtakes another. The main thread is the last. */
  #tell(thread: number, message: () => void): void {
    const { world } = this.#parts;
    if (this.#parts.threads === 1) {
      message();
      return;
    }
    const at = Math.max(this.#busy[thread] ?? 0, world.now() + world.random() * slowestMessage);
    this.#busy[thread] = at;
    world.after(at - world.now(), message);
  }
}

/** How simulated threads wait for each other: nobody is ever put aside within a step, so that only places are waited for. */
function waitsIn({ soon, after }: World): Waits {
  return {
    pause: () => {
      throw new Error('a simulated thread holds the lock beyond its step');
    },
    whenChanged: (cells, at, from, told) => {
      const look = () => {
        if (Atomics.load(cells, at) !== from) told();
        else after(1, look);
      };
      soon(look);
    },
  };
}
