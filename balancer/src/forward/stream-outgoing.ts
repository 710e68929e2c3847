import type { RoadExchange } from '../admit/road-exchange.ts';
import { mayBeRepeated } from '../brain/dispatch/retry.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { RoadRequest } from '../listen/request.ts';
import { editsOf } from '../route/field-edits.ts';
import { routeOf } from '../route/route-of.ts';
import type { StreamOutgoing } from '../wire/http2/outgoing.ts';
import { requestFields, requestTrailers } from './fields.ts';
import { asksForTrailers, targetOf } from './outgoing.ts';

/** What says in HTTP/1.1 how a body is framed or a protocol is asked for, and who is asked: HTTP/2 has other words for it (RFC 9113 §8.2.2, §8.3.1). */
const saidElsewise: ReadonlySet<string> = new Set(['host', 'transfer-encoding', 'http2-settings']);

/** Of a WebSocket also what proves in HTTP/1.1 that both sides mean it (RFC 8441 §5). */
const saidElsewiseOfWebSockets: ReadonlySet<string> = new Set([...saidElsewise, 'sec-websocket-key', 'content-length']);

/** An exchange's request as it leaves for an origin in HTTP/2, and otherwise as it came. */
export function streamOutgoingOf(exchange: RoadExchange, request: RoadRequest, { url }: Origin): StreamOutgoing {
  const { headers } = request;
  const { method, body, webSocket } = exchange;
  const route = routeOf(exchange);
  const edits = route && editsOf(route.requestFields);
  const own = requestFields(exchange, request.rawHeaders, headers, body !== null && headers['transfer-encoding'] !== undefined);
  const edited = edits?.edited(own) ?? own;
  const fields = inLowerCase(edited, webSocket ? saidElsewiseOfWebSockets : saidElsewise);
  if (asksForTrailers(request)) fields.push('te', 'trailers');
  return {
    ...{ method, body, fields, target: targetOf(exchange), authority: valueIn(edited, /^host$/i) || url.host },
    isRepeatable: mayBeRepeated(method),
    becameWhole: (whole) => {
      exchange.body = whole;
      exchange.isStreamed = false;
    },
    trailers: () => inLowerCase(requestTrailers(edits?.left(request.rawTrailers) ?? request.rawTrailers), saidElsewise),
    webSocketKey: webSocket ? (valueIn(own, /^sec-websocket-key$/i) ?? '') : undefined,
  };
}

function inLowerCase(fields: readonly string[], left: ReadonlySet<string>): string[] {
  const lower: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase();
    if (!left.has(name)) lower.push(name, fields[i + 1] as string);
  }
  return lower;
}

function valueIn(fields: readonly string[], name: RegExp): string | undefined {
  for (let i = 0; i < fields.length; i += 2) if (name.test(fields[i] as string)) return fields[i + 1];
  return undefined;
}
