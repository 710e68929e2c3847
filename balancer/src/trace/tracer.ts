import { plainAddress } from '../admit/address.ts';
import type { RoadExchange, Tracing } from '../admit/road-exchange.ts';
import type { Trust } from '../admit/trust.ts';
import type { ExemplarBook } from '../brain/story/exemplars.ts';
import type { RoadRequest } from '../listen/request.ts';
import { clientSpan } from './client-span.ts';
import { serverSpan } from './server-span.ts';
import { spanJson } from './span.ts';
import { type Because, Trace } from './trace.ts';
import { parentIn } from './trace-context.ts';

/** What is recorded, and where it goes. */
export interface TracerParts {
  /** The share of the exchanges that is recorded in any case, from 0 to 1. */
  readonly share: number;
  /** An exchange is recorded whose answer takes longer than that to begin, in ms; 0 for none. */
  readonly slow: number;
  readonly hasQuery: boolean;
  /** Whether a peer's word counts that its trace is recorded, and is to be here too. */
  readonly trusts: Trust;
  readonly random: () => number;
  /** The exchange's clock, in ms. */
  readonly now: () => number;
  /** The wall's clock, in ms since the epoch. */
  readonly wall: () => number;
  /** Takes the spans of one exchange, as OTLP has them in JSON with commas between, and how many they are. */
  readonly record: (spans: string, count: number) => void;
  /** Remembers which of them are good examples of how long an exchange takes. */
  readonly exemplars: ExemplarBook;
}

/** How far the clocks may be apart before spans follow the wall's, in ms: they are read one after the other, and the wall's is coarse. */
const tolerated = 5;

/**
 * Follows exchanges and makes spans of those that are recorded. Whether one is, is decided as it begins, so that its origins can be told;
 * of those that are not, failures and slow ones are recorded as they end, when no origin can be told any more.
 */
export class Tracer implements Tracing {
  readonly #parts: TracerParts;
  #drift = 0;

  constructor(parts: TracerParts) {
    this.#parts = parts;
  }

  begin(exchange: RoadExchange, request: RoadRequest): void {
    const { share, random } = this.#parts;
    const parent = request.headers['traceparent'] === undefined ? undefined : parentIn(request.headers);
    if (parent && this.#parts.trusts(plainAddress(request.peer.remoteAddress ?? ''))) {
      if (parent.isSampled) exchange.trace = new Trace(parent, 'parent');
    } else if (share > 0 && random() < share) exchange.trace = new Trace(parent, 'share');
  }

  ended(exchange: RoadExchange, request: RoadRequest): void {
    const because = exchange.trace ? undefined : this.#reasonToRecord(exchange);
    const trace = exchange.trace ?? (because && new Trace(parentIn(request.headers), because));
    if (!(trace instanceof Trace)) return;
    const { record, exemplars } = this.#parts;
    record(this.#spansOf(trace, exchange, request), 1 + exchange.attempts.length);
    exemplars.note({
      ms: (exchange.ended?.at ?? 0) - exchange.startedAt,
      at: this.#wallAt(exchange),
      traceId: trace.traceId,
      id: exchange.id,
    });
  }

  #reasonToRecord({ ended, attempts, startedAt }: RoadExchange): Because | undefined {
    if ((ended?.status ?? 0) >= 500) return 'failure';
    for (const { outcome } of attempts) if (outcome?.kind === 'failed' || outcome?.kind === 'overdue') return 'failure';
    const began = attempts.at(-1)?.firstByteAt ?? ended?.at ?? startedAt;
    const { slow } = this.#parts;
    return slow > 0 && began - startedAt > slow ? 'slow' : undefined;
  }

  #spansOf(trace: Trace, exchange: RoadExchange, request: RoadRequest): string {
    const { hasQuery } = this.#parts;
    const { traceId, state, isSampled, spanId, parentId, because } = trace;
    const frame = { traceId, state, isSampled, hasQuery, drift: this.#driftNow() };
    let spans = spanJson(serverSpan(exchange, request, { ...frame, spanId, parentId, because }));
    exchange.attempts.forEach((attempt, index) => {
      spans += `,${spanJson(clientSpan(exchange, attempt, index, { ...frame, spanId: trace.attempt(index), parentId: spanId }))}`;
    });
    return spans;
  }

  #wallAt({ ended }: RoadExchange): number {
    return (ended?.at ?? 0) + this.#drift;
  }

  /** What the exchange's clock is behind the wall's, which may be set anew while we run; a millisecond or two say nothing. */
  #driftNow(): number {
    const { now, wall } = this.#parts;
    const drift = wall() - now();
    if (Math.abs(drift - this.#drift) > tolerated) this.#drift = drift;
    return this.#drift;
  }
}
