import type { RoadExchange } from '../admit/road-exchange.ts';
import { mayBeRepeated } from '../brain/dispatch/retry.ts';
import type { Origin } from '../brain/select/origin.ts';
import { linesOf } from '../listen/field-lines.ts';
import type { RoadRequest } from '../listen/request.ts';
import { editsOf } from '../route/field-edits.ts';
import { routeOf } from '../route/route-of.ts';
import { logsInConnection } from '../wire/logins.ts';
import type { Outgoing } from '../wire/outgoing.ts';
import { requestFields, requestTrailers } from './fields.ts';

/** An exchange's request as it leaves for an origin in HTTP/1.1, and otherwise as it came. */
export function outgoingOf(exchange: RoadExchange, request: RoadRequest, { url }: Origin): Outgoing {
  const { headers } = request;
  const { method, body, webSocket } = exchange;
  const target = targetOf(exchange);
  const route = routeOf(exchange);
  const edits = route && editsOf(route.requestFields);
  const inChunks = body !== null && headers['transfer-encoding'] !== undefined;
  const isLast = !webSocket && leavesDoubt(exchange);
  let head = `${method} ${target} HTTP/1.1\r\n`;
  // A client of HTTP/1.0 need not say whom it asks.
  if (headers.host === undefined) head += `Host: ${url.host}\r\n`;
  const fields = requestFields(exchange, request.rawHeaders, headers, inChunks);
  head += linesOf(edits?.edited(fields) ?? fields);
  head += connectionLines(webSocket, isLast, asksForTrailers(request));
  return {
    client: request.peer,
    logsIn: logsIn(request),
    method,
    body,
    inChunks,
    isLast,
    upgrades: webSocket,
    isRepeatable: mayBeRepeated(method),
    head: `${head}\r\n`,
    trailers: () => linesOf(requestTrailers(edits?.left(request.rawTrailers) ?? request.rawTrailers)),
  };
}

/** What its origin is asked for: what the client asked for, unless its route takes something off. */
export function targetOf({ routed, target }: RoadExchange): string {
  return routed?.kind === 'pool' ? (routed.target ?? target) : target;
}

/** What the connection to the origin is to be (RFC 9110 §7.6.1, §7.8, §10.1.4). */
function connectionLines(webSocket: boolean, isLast: boolean, trailers: boolean): string {
  if (webSocket) return 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  if (trailers) return `Connection: ${isLast ? 'close, TE' : 'TE'}\r\nTE: trailers\r\n`;
  return isLast ? 'Connection: close\r\n' : '';
}

/** Whether its client takes trailers (RFC 9110 §10.1.4). */
export function asksForTrailers({ headers: { te } }: RoadRequest): boolean {
  return typeof te === 'string' && /\btrailers\b/i.test(te);
}

/** Whether it logs in its connection, and not only itself. */
function logsIn({ headers: { authorization } }: RoadRequest): boolean {
  return authorization !== undefined && logsInConnection(authorization);
}

/** Methods whose body every server reads, if only to throw it away. */
const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Whether nobody can be sure what a connection holds after this request, so that no other request may follow on it: a server that
 * expects no body takes one for the next request (RFC 9112 §11.2), and the body of a HEAD's answer, where none may be, for the
 * next answer.
 */
function leavesDoubt({ method, body }: RoadExchange): boolean {
  return method === 'HEAD' || (body !== null && !methodsWithBody.has(method));
}
