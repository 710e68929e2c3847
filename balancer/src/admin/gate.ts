import type { RequestListener } from 'node:http';
import type { Server } from 'node:net';
import type { World } from '../brain/world.ts';
import type { Access } from './access.ts';
import type { AdminSide } from './admin-side.ts';
import { limitCrowd } from './crowd.ts';
import { VainTries } from './vain-tries.ts';

/** How long after the start the admin side is opened though nobody has asked it anything, in ms: it remembers what happens each second. */
const patience = 1000;

/** The admin side as the gate knows it. */
export type Behind = Pick<AdminSide, 'app' | 'endTraffic' | 'end'>;

/** What a gate works with. */
export interface GateParts {
  /** Builds the admin side. */
  readonly open: () => Promise<Behind>;
  /** Who may use it now. */
  readonly access: () => Access;
  readonly after: World['after'];
  readonly note: (message: string) => void;
}

/**
 * What stands before the admin side from the start, and costs next to nothing: it turns away whom it must, and opens what is behind it
 * for the first request, or a while after the start. So that is not on the way of the balancer's own first request.
 */
export class Gate {
  readonly #parts: GateParts;
  readonly #refusals: VainTries;
  #stopWaiting = () => {};
  #opening: Promise<Behind> | undefined;
  #side: Behind | undefined;
  /** What the admin side is to be told once it is open. */
  readonly #orders: ((side: Behind) => void)[] = [];

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#refusals = new VainTries(() => performance.now(), parts.note);
  }

  /** Says that the balancer has started. */
  started(): void {
    this.#stopWaiting = this.#parts.after(patience, () => void this.#opened());
  }

  /** Hands requests on. */
  readonly handler: RequestListener = (req, res) => {
    if (this.#side) this.#side.app(req, res);
    else void this.#opened().then(({ app }) => app(req, res));
  };

  /** Takes in that an address was refused in a sentence, before there was a request that anybody could see. */
  refused(address: string, sentence: string): void {
    this.#refusals.count(address, `⇒ ${sentence}`);
  }

  /** Keeps those who connect to the admin port from taking all of it; see there. */
  limitCrowd(server: Server): void {
    const refused = (address: string) => this.#refusals.count(address, 'was closed at once: it has too many connections open');
    limitCrowd(server, () => this.#parts.access().callers, refused);
  }

  /** Ends the traffic that was made here, so that nobody waits for it. */
  endTraffic(): void {
    this.#tell((side) => side.endTraffic());
  }

  /** Ends what would go on for ever; who still asks is answered. */
  end(): void {
    this.#stopWaiting();
    this.#tell((side) => side.end());
  }

  #tell(order: (side: Behind) => void): void {
    if (this.#side) order(this.#side);
    else this.#orders.push(order);
  }

  #opened(): Promise<Behind> {
    this.#opening ??= this.#parts.open().then((side) => {
      this.#side = side;
      for (const order of this.#orders) order(side);
      return side;
    });
    return this.#opening;
  }
}
