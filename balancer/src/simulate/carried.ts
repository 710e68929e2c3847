import { cutAfter } from '../brain/dispatch/deadline.ts';
import { failureOf } from '../brain/dispatch/failures.ts';
import type { Dispatch, Journey } from '../brain/dispatch/journey.ts';
import type { Exchange } from '../brain/exchange/exchange.ts';
import type { Cause, Outcome } from '../brain/exchange/outcome.ts';
import { statusIn } from '../brain/exchange/refusals.ts';
import type { Pool } from '../brain/pool/pool.ts';
import type { WaitingRoom } from '../brain/queue/waiting-room.ts';
import type { RoutedToPool } from '../brain/route/routed.ts';
import type { Decisions } from '../brain/story/decisions.ts';
import type { World } from '../brain/world.ts';
import type { Asked } from './asked.ts';
import type { SimulatedOrigin } from './origin.ts';

/** How long a simulated balancer waits for an origin, in ms. */
export interface Patience {
  /** For a connection. */
  readonly connect: number;
  /** For an answer to begin, and for each further piece of it. */
  readonly response: number;
}

/** Told what a client got: a status, or nothing where it got no whole answer; and the request, if that went to a pool. */
export type Told = (status: number | null, carried?: Carried) => void;

/** Where a request is served: the lane that has it, as far as it knows of that. */
export interface Home {
  readonly world: World;
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly dispatch: Dispatch;
  readonly decisions: Decisions;
  readonly settings: { readonly patience: Patience };
  readonly serverOf: (id: string) => SimulatedOrigin;
  /** All that it has not come to the end of. */
  readonly running: ReadonlySet<Carried>;
  /** Takes in that a request is over. */
  ended(carried: Carried): void;
}

/** One request in a simulated balancer: it waits for a place, goes to origins, and is answered, as on the road. */
export class Carried {
  readonly exchange: Exchange;
  readonly asked: Asked;
  /** Where it is served. */
  readonly lane: Home;
  readonly #told: Told;
  /** Where it is: it waits for a place, or has one, or is over. */
  stage: 'new' | 'waiting' | 'inside' | 'over' = 'new';
  /** Whether it holds a lease at an origin. */
  isLeased = false;
  #journey: Journey | undefined;
  #giveUpWait: (() => void) | undefined;
  #during: 'connecting' | 'waiting' | 'answering' = 'connecting';
  #status = 0;
  /** Ends the attempt that is under way, as far as the origin and the clocks know of it. */
  #endAttempt: (() => void) | undefined;

  constructor(id: string, asked: Asked, lane: Home, told: Told, routed?: RoutedToPool) {
    const { method, target, client } = asked;
    this.exchange = { id, method, target, client, webSocket: false, startedAt: lane.world.now(), attempts: [] };
    this.asked = asked;
    this.lane = lane;
    if (routed) this.exchange.routed = routed;
    this.#told = told;
  }

  /** Begins; to be called once. */
  begin(): void {
    const { room, decisions } = this.lane;
    decisions.begin(this.exchange);
    if (room.tryEnter(this.#client)) {
      this.#enter();
      return;
    }
    this.stage = 'waiting';
    this.#giveUpWait = room.wait(this.#client, (ending) => {
      if (ending === 'admitted') this.#enter();
      else this.#turnAway(ending);
    });
    if (!this.#giveUpWait) this.#turnAway('too many wait');
  }

  /** Its client leaves. */
  leave(): void {
    if (this.stage === 'over') return;
    if (this.stage === 'waiting') this.#giveUpWait?.();
    if (this.#endAttempt) this.#endOfAttempt({ kind: 'abandoned' });
    this.#finish(null);
  }

  /** Its origin drained for too long: the connection is ended. */
  cut(): void {
    this.#fail('its drain took too long', 'own');
  }

  /** Its thread has died, which tells nobody anything. */
  die(): void {
    this.#giveUpWait?.();
    this.#endAttempt?.();
    this.#endAttempt = undefined;
    this.stage = 'over';
    this.isLeased = false;
    this.#told(null, this);
  }

  get #client(): number {
    return this.lane.room.clientAt(this.asked.client);
  }

  #turnAway(why: string): void {
    this.exchange.notRetried = why;
    this.#finish(503);
  }

  #enter(): void {
    this.stage = 'inside';
    this.#journey = this.lane.dispatch.begin(this.exchange);
    this.#goOn(this.#journey.reasonNotToBegin());
  }

  /** Makes a further attempt, or ends for that reason. */
  #goOn(reason: string | undefined): void {
    if (reason !== undefined) {
      this.#giveUp(reason);
      return;
    }
    const journey = this.#journey as Journey;
    const attempt = journey.next(this.asked);
    if (!attempt) this.#giveUp(journey.reasonForNobody());
    else this.#carry(this.lane.serverOf(attempt.origin.id));
  }

  #carry(server: SimulatedOrigin): void {
    const { world, settings } = this.lane;
    const { patience } = settings;
    const { latest } = this.#journey as Journey;
    this.isLeased = true;
    this.#during = 'connecting';
    let stopClock = () => {};
    const cut = cutAfter(this.exchange.deadline ?? Number.POSITIVE_INFINITY, latest.startedAt, patience);
    const stopCut = cut === undefined ? () => {} : world.after(cut, () => this.#end({ kind: 'overdue' }));
    const waitFor = (ms: number) => {
      stopClock();
      stopClock = world.after(ms, () => this.#fail('no answer in time', 'timeout'));
    };
    const leave = server.take(this.asked.work, {
      refused: () => this.#fail('ECONNREFUSED', 'lost'),
      connected: () => {
        this.#journey?.connected();
        this.#during = 'waiting';
        waitFor(patience.response);
      },
      answered: (status) => {
        this.#during = 'answering';
        this.#status = status;
        stopCut();
        this.#journey?.answered(status);
        waitFor(patience.response);
      },
      ended: () => this.#end({ kind: 'answered', status: this.#status }),
      broke: () => this.#fail('ECONNRESET', 'lost'),
    });
    this.#endAttempt = () => {
      stopClock();
      stopCut();
      leave();
    };
    waitFor(patience.connect);
  }

  #fail(reason: string, cause: Cause): void {
    this.#end({ kind: 'failed', during: this.#during, reason, cause });
  }

  #end(outcome: Outcome): void {
    if (!this.#endAttempt) return;
    this.#endOfAttempt(outcome);
    const reason = this.#journey?.reasonToStop();
    if (outcome.kind === 'answered') this.#finish(outcome.status);
    else this.#goOn(reason);
  }

  #endOfAttempt(outcome: Outcome): void {
    this.#endAttempt?.();
    this.#endAttempt = undefined;
    this.#journey?.ended(outcome);
    this.isLeased = false;
    this.#journey?.left();
  }

  /** No attempt was answered: the client gets the balancer's own answer, or none if one had begun. */
  #giveUp(reason: string): void {
    this.exchange.notRetried = reason;
    const outcome = this.#journey?.failureFor(reason);
    const hasBegun = this.exchange.attempts.at(-1)?.firstByteAt !== undefined;
    this.#finish(hasBegun ? null : statusIn(failureOf(outcome, this.lane.pool.hasReady())));
  }

  #finish(status: number | null): void {
    if (this.stage === 'over') return;
    const wasInside = this.stage === 'inside';
    this.stage = 'over';
    this.#journey?.end();
    this.exchange.ended = { at: this.lane.world.now(), status };
    this.lane.decisions.changed(this.exchange);
    if (wasInside) this.lane.room.leave(this.#client);
    this.lane.ended(this);
    this.#told(status, this);
  }
}
