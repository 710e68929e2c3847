import type { RoadExchange } from '../admit/road-exchange.ts';
import { explanationFields } from '../dispatch/explain.ts';
import type { RoadRequest } from '../listen/request.ts';
import { editsOf, type FieldEdits } from '../route/field-edits.ts';
import { routeOf } from '../route/route-of.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import { announcedTrailers, responseFields, trailerFields } from './fields.ts';

/** The fields that the client of a request gets: an origin's, as the request's route changes them, and what the balancer tells. */
export class AnswerFields {
  readonly #exchange: RoadExchange;
  readonly #request: RoadRequest;
  readonly #edits: FieldEdits | undefined;

  constructor(exchange: RoadExchange, request: RoadRequest) {
    const route = routeOf(exchange);
    this.#exchange = exchange;
    this.#request = request;
    this.#edits = route && editsOf(route.answerFields);
  }

  /** Those of an interim answer: of these, a route takes some off, and sets none. */
  ofInterim(head: AnswerHead): string[] {
    const fields = responseFields(head);
    return this.#edits?.left(fields) ?? fields;
  }

  /** Those of the final answer, or of one that makes the connection a WebSocket. */
  ofFinal(head: AnswerHead): string[] {
    const own = responseFields(head);
    const fields = this.#edits?.edited(own) ?? own;
    if (mayHaveTrailers(this.#request, head)) fields.push(...announcedTrailers(head.fields));
    for (const text of told(this.#exchange)) fields.push(text);
    return fields;
  }

  /** Those behind the body. */
  ofTrailers(raw: readonly string[]): string[] {
    return trailerFields(this.#edits?.left(raw) ?? raw);
  }
}

/** Whether the client's answer can have trailers: it must come in chunks there too (RFC 9112 §7.1.2). */
function mayHaveTrailers({ method, httpVersion }: RoadRequest, { status, coding }: AnswerHead): boolean {
  return coding !== undefined && httpVersion !== '1.0' && method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
}

/** The fields that the balancer adds for a client. */
function told(exchange: RoadExchange): readonly string[] {
  return exchange.isExplained ? [...exchange.told, ...explanationFields(exchange)] : exchange.told;
}
