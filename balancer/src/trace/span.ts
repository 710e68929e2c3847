import { type Attributes, attributesJson, textJson } from './attributes.ts';

/** Kinds of spans (opentelemetry-proto, Span.SpanKind): who answers, and who asks. */
export const kinds = { server: 2, client: 3 } as const;

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string;
  /** In ms since the epoch, as all times here. */
  readonly at: number;
  readonly attributes: Attributes;
}

/** What went wrong: of which kind, one of few, and in a few words where there are any. */
export interface SpanError {
  readonly type: string;
  readonly message?: string | undefined;
}

/** One piece of work with a beginning and an end. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** The span that it is part of; missing where it begins a trace. */
  readonly parentId: string | undefined;
  /** What other tracing systems keep with it. */
  readonly state: string;
  /** Whether its head said that it is recorded (W3C Trace Context §3.2.2.5), and not only its end. */
  readonly isSampled: boolean;
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly error: SpanError | undefined;
}

/** The parent's place is known: bit 8; and it is elsewhere: bit 9 (opentelemetry-proto, SpanFlags). */
const [isPlaceKnown, isElsewhere] = [0x100, 0x200];

/** A span as OTLP has it in JSON (OTLP §JSON Protobuf Encoding). */
export function spanJson({ traceId, spanId, parentId, state, isSampled, kind, name, begin, end, attributes, events, error }: Span): string {
  const flags = (isSampled ? 1 : 0) | isPlaceKnown | (kind === kinds.server && parentId !== undefined ? isElsewhere : 0);
  const link = parentId === undefined ? '' : `,"parentSpanId":"${parentId}"`;
  const others = state === '' ? '' : `,"traceState":${textJson(state)}`;
  const happened = events.length === 0 ? '' : `,"events":[${events.map(eventJson).join(',')}]`;
  const wrong = error === undefined ? '' : `,"status":{"code":2${error.message ? `,"message":${textJson(error.message)}` : ''}}`;
  return `{"traceId":"${traceId}","spanId":"${spanId}"${link}${others},"flags":${flags},"name":${textJson(name)},"kind":${kind},"startTimeUnixNano":"${nanoseconds(begin)}","endTimeUnixNano":"${nanoseconds(Math.max(begin, end))}","attributes":${attributesJson(attributes)}${happened}${wrong}}`;
}

function eventJson({ name, at, attributes }: SpanEvent): string {
  return `{"timeUnixNano":"${nanoseconds(at)}","name":"${name}","attributes":${attributesJson(attributes)}}`;
}

/** Milliseconds as nanoseconds, known to a microsecond: more digits than a number has. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}
