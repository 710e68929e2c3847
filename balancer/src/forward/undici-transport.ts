import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { Pool as Connections, type Dispatcher } from 'undici';
import { type Attempt, type Exchange, exchangeOf } from '../exchange.ts';
import type { Origin } from '../pool/origin.ts';
import { AttemptHandler } from './attempt-handler.ts';
import { requestFields } from './fields.ts';
import type { Transport } from './transport.ts';

/** How long to wait for an origin, all in ms. */
export interface Timeouts {
  /** For a connection. */
  readonly connect: number;
  /** For the response headers once the request is sent. */
  readonly response: number;
  /** For the next piece of a response body, from the origin or to the client. */
  readonly idle: number;
}

/** A transport on undici: one pool of kept-alive connections for each origin. */
export class UndiciTransport implements Transport {
  readonly #timeouts: Timeouts;
  readonly #maxConnections: number;
  readonly #connections = new Map<string, Connections>();

  /** `maxConnections` is the most that are open to one origin. */
  constructor(timeouts: Timeouts, maxConnections: number) {
    this.#timeouts = timeouts;
    this.#maxConnections = maxConnections;
  }

  carry(attempt: Attempt, req: Request, res: Response): Promise<void> {
    return new Promise((done) => {
      const handler = new AttemptHandler(attempt, req, res, this.#timeouts.idle, done);
      try {
        this.#connectionsTo(attempt.origin).dispatch(requestTo(attempt.origin, exchangeOf(req), req), handler);
      } catch (error) {
        handler.fail(error as Error);
      }
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connections) => connections.close()));
  }

  #connectionsTo(origin: Origin): Connections {
    let connections = this.#connections.get(origin.id);
    if (!connections) {
      connections = new Connections(origin.url.origin, {
        connections: this.#maxConnections,
        connect: { timeout: this.#timeouts.connect },
        headersTimeout: this.#timeouts.response,
        bodyTimeout: this.#timeouts.idle,
      });
      this.#connections.set(origin.id, connections);
    }
    return connections;
  }
}

function requestTo({ url }: Origin, exchange: Exchange, req: Request): Dispatcher.DispatchOptions {
  return {
    method: exchange.method,
    path: exchange.target,
    headers: requestFields(exchange, req.rawHeaders, req.headers),
    body: exchange.body,
    upgrade: exchange.webSocket ? 'websocket' : null,
    // Without it undici would offer the client's Host as the TLS server name.
    ...(url.protocol === 'https:' && !isIP(url.hostname) ? { servername: url.hostname } : {}),
    // A connection is kept after every kind of request, HEAD and bodies on GET included.
    ...(exchange.webSocket ? {} : { reset: false }),
  };
}
