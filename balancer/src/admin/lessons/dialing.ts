import type { Origin } from '../../brain/select/origin.ts';
import { askDial } from '../dial.ts';
import { isObject } from '../fields.ts';
import type { PutBack } from './put-back.ts';
import { NoLesson } from './refusal.ts';

/** A fault as a check dials it; see docs/origins.md for all that it may have. */
export interface Fault {
  readonly latencyMs?: number;
  readonly errorRate?: number;
  readonly status?: number;
  readonly resetRate?: number;
  readonly capacity?: number;
  readonly queue?: number;
}

/** How long a check's fault lasts at the most, in s: should the balancer die in the middle, the origin mends itself. */
const ttlS = 20;

/** The fault dial of one origin, as a check turns it. */
export class Dialing {
  readonly #origin: Origin;
  /** What the dial said when it was last turned from here. */
  #last = '';

  /** Finds out what is in force there, which is put back later. Rejects with NoLesson where there is no such dial. */
  static async at(origin: Origin, putBack: PutBack): Promise<Dialing> {
    const dialing = new Dialing(origin);
    const before = await dialing.#ask('GET').catch((error: Error) => {
      throw new NoLesson(`the checks need four origins of this project, which can be slowed down and broken: ${error.message}`);
    });
    dialing.#last = markOf(before);
    putBack.add(() => dialing.#putBack(before));
    return dialing;
  }

  private constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** Breaks the origin so, in place of what was; without a fault, mends it. */
  async set(fault: Fault | null): Promise<void> {
    await this.#turn(fault && { ...fault, ttlS });
  }

  async #turn(fault: object | null): Promise<void> {
    const said = await this.#ask(fault ? 'PUT' : 'DELETE', fault);
    if ('error' in said) throw new Error(`${this.#origin.id} takes no such fault: ${JSON.stringify(said)}`);
    this.#last = markOf(said);
  }

  async #putBack(before: object): Promise<string | undefined> {
    if (markOf(await this.#ask('GET')) !== this.#last) return `${this.#meddled}: that stays`;
    await this.#turn(faultIn(before));
    return undefined;
  }

  get #meddled(): string {
    return `somebody turned the fault dial of ${this.#origin.id} meanwhile`;
  }

  #ask(method: string, body?: object | null): Promise<object> {
    return askDial(this.#origin, { method, path: '/_origin/fault', ...(body ? { body } : {}) });
  }
}

/** The fault that an answer of the dial tells of, for the rest of its time; null where there is none, or it would be over by now. */
function faultIn(said: object): object | null {
  const { fault, endsAt } = said as { fault?: unknown; endsAt?: string };
  if (!isObject(fault) || endsAt === undefined) return null;
  const left = (Date.parse(endsAt) - Date.now()) / 1000;
  return left > 0 ? { ...fault, ttlS: left } : null;
}

/** What tells one turn of the dial from another: when its fault ends. */
function markOf(said: object): string {
  const { endsAt } = said as { endsAt?: string };
  return endsAt ?? '';
}
