import { hostIn } from './host.ts';
import { readingsOf } from './readings.ts';

/** What routes look at in a request. */
export interface RouteRequest {
  /** The Host field as it was sent; empty where there is none. */
  readonly host: string;
  /** The request target in origin-form: path and query. */
  readonly target: string;
  readonly method: string;
  /** Its fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The address of the client. */
  readonly client: string;
}

/** A request as routes compare it: what must be worked out is so when the first of them asks, and once. */
export class Asked {
  readonly request: RouteRequest;
  #host: string | undefined;
  #readings: readonly string[] | undefined;
  #isRead = false;

  constructor(request: RouteRequest) {
    this.request = request;
  }

  /** The name that it asks for, in lower case and without a port. */
  get host(): string {
    this.#host ??= hostIn(this.request.host);
    return this.#host;
  }

  /** The readings of its path; nothing where they are too many: see readingsOf. */
  get readings(): readonly string[] | undefined {
    if (!this.#isRead) this.#readings = readingsOf(this.request.target);
    this.#isRead = true;
    return this.#readings;
  }

  /** The value of a field; nothing where the request has none, be that the name of something that every object has. */
  field(name: string): string | undefined {
    const { headers } = this.request;
    return Object.hasOwn(headers, name) ? String(headers[name]) : undefined;
  }
}
