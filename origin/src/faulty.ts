import { type ServerResponse, STATUS_CODES } from 'node:http';
import { answer } from './answer.ts';
import { Capacity } from './capacity.ts';
import { drawDelay, drawFate } from './fate.ts';
import type { Fault } from './fault.ts';
import { Passing } from './passing.ts';

/** The fault that is in force, and what stands to be read about it. */
export interface FaultStatus {
  /** Nothing while the origin is well. */
  readonly fault: Fault | null;
  readonly endsAt?: Date | undefined;
  /** Requests that are served now. */
  readonly running?: number;
  /** Requests that wait for their turn. */
  readonly queued?: number;
}

const nothing = () => {};

/** Breaks an origin: puts requests through the fault in force, while there is one. */
export class Faults {
  readonly #random: () => number;
  readonly #dial: Passing<Fault>;
  readonly #capacity = new Capacity();
  /** Answers the requests that hang. */
  readonly #hanging = new Set<() => void>();

  /** `random` draws from 0 up to 1; `changed` is called when a fault begins or ends. */
  constructor(now: () => Date, random: () => number, changed: (status: FaultStatus) => void) {
    this.#random = random;
    this.#dial = new Passing<Fault>(now, () => {
      this.#follow();
      changed(this.status());
    });
  }

  /** The fault in force. */
  get fault(): Fault | undefined {
    return this.#dial.value;
  }

  status(): FaultStatus {
    const { value: fault, endsAt } = this.#dial;
    return fault ? { fault, endsAt, running: this.#capacity.running, queued: this.#capacity.waiting } : { fault: null };
  }

  /** Takes the place of the fault in force, for so many seconds. */
  set(fault: Fault, seconds: number): void {
    this.#dial.set(fault, seconds);
  }

  /** Makes the origin well: who hangs is answered, who waits for a turn has it. A delay that has begun runs out. */
  end(): void {
    this.#dial.end();
  }

  /**
   * Puts a request through the fault; `respond` answers it as if nothing were wrong. Returns whether the origin works on it:
   * it does not where there was no room, and the request is refused.
   */
  suffer(res: ServerResponse, respond: () => void): boolean {
    let giveUp = nothing;
    const leave = this.#capacity.take(() => {
      giveUp = this.#serve(res, respond);
    });
    if (!leave) {
      const { capacity, queue } = this.#dial.value ?? {};
      const limits = `it serves ${capacity} at a time and queues ${queue}`;
      answer(res, 503, `503 Service Unavailable: the origin server :${portOf(res)} is full: ${limits}\n`);
      return false;
    }
    res.once('close', () => {
      leave();
      giveUp();
    });
    return true;
  }

  /** Serves a request whose turn it is; the returned function gives up what still waits, since the client has left. */
  #serve(res: ServerResponse, respond: () => void): () => void {
    // It may have ended while the request queued.
    const fault = this.#dial.value;
    const fate = fault ? drawFate(fault, this.#random) : 'answer';
    if (!fault) respond();
    else if (fate !== 'hang') return after(drawDelay(fault, this.#random), () => conclude(fate, fault, res, respond));
    else this.#hanging.add(respond);
    return () => this.#hanging.delete(respond);
  }

  #follow(): void {
    const fault = this.#dial.value;
    const hanging = [...this.#hanging];
    this.#hanging.clear();
    for (const respond of hanging) respond();
    this.#capacity.limit(fault?.capacity ?? Number.POSITIVE_INFINITY, fault?.queue ?? Number.POSITIVE_INFINITY);
  }
}

/** Acts in so many ms, or now; the returned function calls it off. */
function after(ms: number, act: () => void): () => void {
  if (ms === 0) {
    act();
    return nothing;
  }
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

function conclude(fate: 'answer' | 'fail' | 'reset', { status }: Fault, res: ServerResponse, respond: () => void): void {
  if (fate === 'answer') respond();
  else if (fate === 'reset') res.req.socket.resetAndDestroy();
  else answer(res, status, `${status} ${STATUS_CODES[status] ?? 'Error'}: the origin server :${portOf(res)} was told to fail\n`);
}

function portOf(res: ServerResponse): number | undefined {
  return res.req.socket.localPort;
}
