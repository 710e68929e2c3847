import type { IncomingHttpHeaders } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import type { BodyTaker, ClientConnection, RoadRequest } from '../request.ts';
import type { AskedFields } from './asked.ts';
import { Body } from './body.ts';

const none: readonly string[] = [];

/** A request of HTTP/2: one stream of its connection (RFC 9113 §8.1). */
export class Http2Request implements RoadRequest {
  readonly method: string;
  readonly target: string;
  /** HTTP/2 has no minor versions (RFC 9110 §2.5). */
  readonly httpVersion = '2';
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  rawTrailers = none;
  /** What an origin must prove its understanding of a WebSocket with; nothing where none is asked for. */
  readonly webSocketKey: string | undefined;
  readonly peer: ClientConnection;
  /** What Express and http-proxy-middleware read and write. The road's target is none of their business: see Http1Request. */
  url = '/';
  originalUrl: string | undefined = undefined;
  baseUrl = '';
  params: unknown = undefined;
  res: unknown = undefined;
  next: unknown = undefined;
  _parsedUrl: unknown = undefined;
  readonly #stream: ServerHttp2Stream;
  /** Missing where there is none to come. */
  readonly #body: Body | undefined;

  /** `hasBody` is whether its stream goes on behind the fields. */
  constructor(
    stream: ServerHttp2Stream,
    { method, target, rawHeaders, headers, webSocketKey }: AskedFields,
    peer: ClientConnection,
    hasBody: boolean,
  ) {
    this.method = method;
    this.target = target;
    this.rawHeaders = rawHeaders;
    this.headers = headers;
    this.webSocketKey = webSocketKey;
    this.peer = peer;
    this.#stream = stream;
    if (!hasBody || webSocketKey !== undefined) return;
    this.#body = new Body(stream);
    stream.on('trailers', (_headers, _flags, raw) => {
      this.rawTrailers = raw;
    });
  }

  get isUpgrade(): boolean {
    return this.webSocketKey !== undefined;
  }

  get received(): number {
    return this.#body?.received ?? 0;
  }

  get isWhole(): boolean {
    return this.#body === undefined || this.#body.isWhole;
  }

  /** Its stream is all that there is of its connection for it. */
  get hasLeft(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  get stream(): Readable {
    return this.#stream;
  }

  handOver(taker: BodyTaker): boolean {
    return this.#body?.handOver(taker) ?? false;
  }

  handBack(): void {
    this.#body?.handBack();
  }
}
