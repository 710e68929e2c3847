import type { RoadExchange } from '../admit/road-exchange.ts';
import { resultOf } from '../brain/story/result.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { SpanFrame } from './client-span.ts';
import { exchangeError } from './errors.ts';
import { methodIn } from './methods.ts';
import { kinds, type Span, type SpanEvent } from './span.ts';

/** The SERVER span of an exchange: OpenTelemetry's HTTP server conventions, and where it was led. `because` is why it is recorded. */
export function serverSpan(
  exchange: RoadExchange,
  { headers, httpVersion }: RoadRequest,
  { drift, hasQuery, because, ...frame }: SpanFrame & Pick<Span, 'spanId' | 'parentId'> & { readonly because: string },
): Span {
  const { ended, startedAt, routed, attempts, notRetried } = exchange;
  const method = methodIn(exchange.method);
  const error = exchangeError(exchange);
  const scheme = exchange.secure ? 'https' : 'http';
  const mark = exchange.target.indexOf('?');
  const [address, port] = placeIn(headers.host, scheme);
  return {
    ...frame,
    ...{ kind: kinds.server, name: method.name, begin: startedAt + drift, end: (ended?.at ?? startedAt) + drift, error },
    attributes: [
      ['http.request.method', method.value],
      ['http.request.method_original', method.original],
      ['http.response.status_code', ended?.status ?? undefined],
      ['url.scheme', scheme],
      ['url.path', mark < 0 ? exchange.target : exchange.target.slice(0, mark)],
      ['url.query', mark < 0 || !hasQuery ? undefined : exchange.target.slice(mark + 1)],
      ['server.address', address],
      ['server.port', port],
      ['client.address', exchange.client],
      ['network.protocol.version', httpVersion],
      ['user_agent.original', headers['user-agent']],
      ['error.type', error?.type],
      ['lb.decision_id', exchange.id],
      ['lb.route', routed && routed.kind !== 'nowhere' ? routed.route.number : undefined],
      ['lb.routed', routed?.why],
      ['lb.pool', routed?.kind === 'pool' ? routed.pool : undefined],
      ['lb.attempts', attempts.length],
      ['lb.reason', notRetried],
      ['lb.recorded_for', because],
    ],
    events: eventsOf(exchange, drift),
  };
}

/** The host that the client asked, and at which port, if it said so in a way that can be used. */
function placeIn(host: string | undefined, scheme: string): [string | undefined, number | undefined] {
  const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(host ?? '') ?? [];
  const address = bracketed ?? name;
  if (!address) return [undefined, undefined];
  return [address, port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port)];
}

function eventsOf({ attempts, nobody, ended, startedAt }: RoadExchange, drift: number): SpanEvent[] {
  const retries = attempts.slice(1).map(
    ({ startedAt: at, origin }, index): SpanEvent => ({
      ...{ name: 'lb.retry', at: at + drift },
      attributes: [
        ['lb.retry.reason', resultOf(attempts[index]?.outcome)],
        ['lb.retry.from', attempts[index]?.origin.id],
        ['lb.retry.to', origin.id],
      ],
    }),
  );
  const end = (ended?.at ?? startedAt) + drift;
  const found = nobody?.map(({ id, reason }) => `${id}: ${reason}`);
  const outcome = attempts.at(-1)?.outcome;
  const hasLeft = ended?.status === null && outcome?.kind !== 'failed';
  return [
    ...retries,
    ...(found ? [{ name: 'lb.no_origin', at: end, attributes: [['lb.excluded', found]] as const }] : []),
    ...(hasLeft ? [{ name: 'lb.client_left', at: end, attributes: [] }] : []),
  ];
}
