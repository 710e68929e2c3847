import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Attempt } from '../brain/exchange/attempt.ts';
import { whyOf } from '../brain/exchange/choice.ts';
import { targetOf } from '../forward/outgoing.ts';
import { hostOf, isSecure, portOf, speaksHttp2 } from '../wire/address.ts';
import { attemptError } from './errors.ts';
import { methodIn } from './methods.ts';
import { kinds, type Span, type SpanEvent } from './span.ts';

/** What all spans of one exchange have. */
export interface SpanFrame extends Pick<Span, 'traceId' | 'state' | 'isSampled'> {
  /** Whether targets have their query. */
  readonly hasQuery: boolean;
  /** What the clock of the exchange is behind the wall's, in ms. */
  readonly drift: number;
}

/** The CLIENT span of one attempt, the `index`th from 0: OpenTelemetry's HTTP client conventions, and the decision. */
export function clientSpan(
  exchange: RoadExchange,
  attempt: Attempt,
  index: number,
  { drift, hasQuery, ...frame }: SpanFrame & Pick<Span, 'spanId' | 'parentId'>,
): Span {
  const { choice, startedAt, endedAt, outcome, origin } = attempt;
  const method = methodIn(exchange.method);
  const error = attemptError(outcome);
  const over = exchange.ended?.at ?? startedAt;
  // What became a WebSocket goes on until that is closed.
  const end = outcome?.kind === 'answered' && outcome.status === 101 ? over : (endedAt ?? over);
  return {
    ...frame,
    ...{ kind: kinds.client, name: method.name, begin: startedAt + drift, end: end + drift, error },
    attributes: [
      ['http.request.method', method.value],
      ['http.request.method_original', method.original],
      ['http.response.status_code', outcome?.kind === 'answered' ? outcome.status : undefined],
      ['http.request.resend_count', index === 0 ? undefined : index],
      ['url.full', urlOf(exchange, origin.url, hasQuery)],
      ['server.address', hostOf(origin.url)],
      ['server.port', portOf(origin.url)],
      ['network.protocol.version', speaksHttp2(origin.url) ? '2' : '1.1'],
      ['error.type', error?.type],
      ['lb.origin', origin.id],
      ['lb.policy', choice.policy],
      ['lb.picked_by', choice.facts ? 'policy' : 'cookie'],
      ['lb.why', whyOf(choice)],
    ],
    events: eventsOf(attempt, over, drift),
  };
}

function urlOf(exchange: RoadExchange, url: URL, hasQuery: boolean): string {
  const target = targetOf(exchange);
  const asked = hasQuery ? target : target.split('?', 1)[0];
  return `${isSecure(url) ? 'https' : 'http'}://${url.host}${asked === '*' ? '' : asked}`;
}

/** Where its client leaves, the exchange may be over before its attempt has come to an end. */
function eventsOf(
  { choice: { view }, startedAt, connectedAt, firstByteAt, outcome, endedAt }: Attempt,
  over: number,
  drift: number,
): SpanEvent[] {
  const picked: SpanEvent = {
    ...{ name: 'lb.picked', at: startedAt + drift },
    attributes: [
      [
        'lb.candidates',
        view.candidates.map(({ origin, inFlight, latencyMs }) => `${origin.id} in_flight=${inFlight} ms=${latencyMs.toFixed(1)}`),
      ],
      ['lb.candidates.count', view.candidatesInAll],
      ['lb.excluded', view.excludedKept === 0 ? undefined : view.excluded.map(({ id, reason }) => `${id}: ${reason}`)],
    ],
  };
  const isAbandoned = outcome === undefined || outcome.kind === 'abandoned';
  return [
    picked,
    ...moment('lb.connected', connectedAt, drift),
    ...moment('lb.first_byte', firstByteAt, drift),
    ...(isAbandoned ? moment('lb.abandoned', endedAt ?? over, drift) : []),
  ];
}

function moment(name: string, at: number | undefined, drift: number): SpanEvent[] {
  return at === undefined ? [] : [{ name, at: at + drift, attributes: [] }];
}
