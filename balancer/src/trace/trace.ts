import type { Traced } from '../admit/road-exchange.ts';
import { newSpanId, newTraceId } from './ids.ts';
import { type Parent, traceparentOf } from './trace-context.ts';

/** Why an exchange is recorded: its client's trace is, it belongs to the share that is, it failed, or it was slow. */
export type Because = 'parent' | 'share' | 'failure' | 'slow';

/** The ids of one exchange that is recorded. */
export class Trace implements Traced {
  readonly traceId: string;
  readonly spanId = newSpanId();
  readonly parentId: string | undefined;
  readonly state: string;
  readonly because: Because;
  readonly #attempts: string[] = [];

  /** It belongs to the parent's trace where there is one, else it begins one of its own. */
  constructor(parent: Parent | undefined, because: Because) {
    this.traceId = parent?.traceId ?? newTraceId();
    this.parentId = parent?.spanId;
    this.state = parent?.state ?? '';
    this.because = because;
  }

  /** Whether that was known when it began, so that its origins were told of it. */
  get isSampled(): boolean {
    return this.because === 'parent' || this.because === 'share';
  }

  /** The id of the span of an attempt, from 0. */
  attempt(index: number): string {
    this.#attempts[index] ??= newSpanId();
    return this.#attempts[index];
  }

  carry(fields: readonly string[], attempt: number): string[] {
    const carried: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] as string;
      if (!isOurs(name)) carried.push(name, fields[i + 1] as string);
    }
    carried.push('traceparent', traceparentOf(this.traceId, this.attempt(attempt), true));
    if (this.state !== '') carried.push('tracestate', this.state);
    return carried;
  }
}

/** Whether a field says what this one says anew. Few names have such a length, so that few are looked at. */
function isOurs(name: string): boolean {
  return (name.length === 11 && name.toLowerCase() === 'traceparent') || (name.length === 10 && name.toLowerCase() === 'tracestate');
}
