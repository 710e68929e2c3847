import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { Pool as Connections, type Dispatcher } from 'undici';
import type { Attempt, Exchange, Outcome } from '../exchange.ts';
import type { Origin } from '../pool/origin.ts';
import { AttemptHandler } from './attempt-handler.ts';
import { endToEnd } from './fields.ts';
import type { Transport } from './transport.ts';

/** How long to wait for an origin, all in ms. */
export interface Timeouts {
  /** For a connection. */
  readonly connect: number;
  /** For the response headers once the request is sent. */
  readonly response: number;
  /** For the next piece of a response body. */
  readonly idle: number;
}

/** A transport on undici: one pool of kept-alive connections for each origin. */
export class UndiciTransport implements Transport {
  readonly #timeouts: Timeouts;
  readonly #connections = new Map<string, Connections>();

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  carry(attempt: Attempt, exchange: Exchange, req: Request, res: Response): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const handler = new AttemptHandler(res, (outcome) => {
      attempt.outcome = outcome;
      resolve(outcome);
    });
    try {
      this.#connectionsTo(attempt.origin).dispatch(requestTo(attempt.origin, exchange, req), handler);
    } catch (error) {
      handler.fail(error as Error);
    }
    return promise;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connections) => connections.close()));
  }

  #connectionsTo(origin: Origin): Connections {
    let connections = this.#connections.get(origin.id);
    if (!connections) {
      connections = new Connections(origin.url.origin, {
        connect: { timeout: this.#timeouts.connect },
        headersTimeout: this.#timeouts.response,
        bodyTimeout: this.#timeouts.idle,
      });
      this.#connections.set(origin.id, connections);
    }
    return connections;
  }
}

function requestTo(origin: Origin, exchange: Exchange, req: Request): Dispatcher.DispatchOptions {
  const serverName = origin.url.hostname;
  return {
    method: exchange.method,
    path: exchange.target,
    // Node has answered an Expect itself by the time that a handler runs.
    headers: endToEnd(req.rawHeaders, req.headers.connection, 'expect'),
    body: exchange.body,
    // Without it undici would offer the client's Host as the TLS server name.
    ...(isIP(serverName) ? {} : { servername: serverName }),
    reset: false,
  };
}
