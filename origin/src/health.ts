import type { ServerResponse } from 'node:http';
import { answer, answerJson, refuse } from './answer.ts';
import { ttlS } from './fault.ts';
import { countOf, readFields } from './fields.ts';
import { Passing } from './passing.ts';

const fields = { status: { ...countOf('', 200, 599), right: 'a status from 200 to 599' }, ttlS };

/** Statuses whose answers have no body (RFC 9110 §15). */
const bodiless = new Set([204, 205, 304]);

/** What the origin says of its health: that it is well, unless somebody has it say something else for a while. */
export class Health {
  readonly #status: Passing<number>;

  constructor(now: () => Date, changed: () => void) {
    this.#status = new Passing<number>(now, changed);
  }

  /** What it answers now, and until when. */
  status(): { readonly status: number; readonly endsAt?: Date | undefined } {
    const { value: status, endsAt } = this.#status;
    return status === undefined ? { status: 200 } : { status, endsAt };
  }

  /** Answers a probe. */
  readonly answer = (res: ServerResponse): void => {
    const status = this.#status.value ?? 200;
    if (status === 200) answer(res, 200, 'ok\n');
    else if (bodiless.has(status)) res.writeHead(status, status === 205 ? { 'Content-Length': 0 } : {}).end();
    else answer(res, status, `${status}, since PUT /_origin/health said so; until ${this.#status.endsAt?.toISOString()}\n`);
  };

  /** Answers otherwise from now on, as a JSON body says. */
  readonly set = (body: unknown, res: ServerResponse): void => {
    const reading = readFields(body, fields);
    if ('problems' in reading) {
      refuse(res, reading.problems);
      return;
    }
    const { status, ttlS: seconds } = reading.values;
    if (status === 200) this.end();
    else this.#status.set(status, seconds);
    answerJson(res, 200, this.status());
  };

  /** Is well again. */
  readonly end = (): void => this.#status.end();
}
