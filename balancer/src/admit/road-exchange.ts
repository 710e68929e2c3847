import type { Readable } from 'node:stream';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Exchange } from '../brain/exchange/exchange.ts';
import type { RoadRequest } from '../listen/request.ts';

/** A request's body: nothing, all of it, or a stream that can be sent once. */
export type Body = Buffer | Readable | null;

/** What an exchange has on the road while its spans are recorded. */
export interface Traced {
  /** The fields that its attempt of that number, from 0, leaves with: those that it would have otherwise, and which trace it belongs to. */
  carry(fields: readonly string[], attempt: number): string[];
}

/** What makes spans of exchanges: it hears of each as it begins, and once it is over. */
export interface Tracing {
  begin(exchange: RoadExchange, request: RoadRequest): void;
  ended(exchange: RoadExchange, request: RoadRequest): void;
}

/** An exchange as it walks the road from admit to account: with what travels on it, besides what is known of it. */
export interface RoadExchange extends Exchange {
  /** Fields that the balancer adds for the origin: name, value, name, value … */
  added: readonly string[];
  /** Fields that the balancer adds for the client, as above; the latest attempt decides. */
  told: readonly string[];
  /** Whether the client came over TLS, as far as that is known. */
  readonly secure: boolean;
  /** Gives back the place at the origins that a WebSocket had until it was open; the queue stage sets it. */
  leavePlace?: () => void;
  /** Its way over the attempts; the forward stage sets it before the first one. */
  journey?: Journey;
  /** Whether the client is told why its request went where it went. */
  isExplained: boolean;
  /** Where it is: the fields that caches must see beside it. */
  explained: readonly string[];
  /** Missing where it is not traced, or not known to be so before its end. */
  trace?: Traced | undefined;
  /** What the attempts send; it is there before the first one. */
  body: Body;
}

const key = Symbol('exchange');

/** Puts an exchange where it is found by its request, for whoever is handed only that. */
export function putExchange(request: RoadRequest & { [key]?: RoadExchange }, exchange: RoadExchange): void {
  request[key] = exchange;
}

/** The exchange of a request. Throws if it has none, which is a mistake in app.ts. */
export function exchangeOf(request: RoadRequest & { [key]?: RoadExchange }): RoadExchange {
  const exchange = request[key];
  if (!exchange) throw new Error('the request was not admitted');
  return exchange;
}
