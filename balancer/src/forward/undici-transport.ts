import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { buildConnector, Pool as Connections, type Dispatcher } from 'undici';
import { type Attempt, type Exchange, exchangeOf } from '../exchange.ts';
import type { Origin } from '../pool/origin.ts';
import { AttemptHandler } from './attempt-handler.ts';
import { cutAfter } from './deadline.ts';
import { requestFields } from './fields.ts';
import { OriginConnection } from './origin-connection.ts';
import type { Transport, TransportSettings } from './transport.ts';
import { Tunnels } from './tunnels.ts';

/** A transport on undici: one pool of kept-alive connections for each origin. */
export class UndiciTransport implements Transport {
  #settings: TransportSettings;
  /** By scheme, host and port. */
  readonly #connections = new Map<string, Connections>();
  /** Those that were replaced by others, and close when what runs on them has ended; with where they lead. */
  readonly #retired = new Map<Connections, { readonly to: string; readonly closed: Promise<void> }>();
  readonly #tunnels: Tunnels;

  /** `now` tells the time in ms on a monotonic clock. */
  constructor(settings: TransportSettings, now: () => number) {
    this.#settings = settings;
    this.#tunnels = new Tunnels(() => ({ silence: this.#settings.timeouts.tunnel, deafness: this.#settings.timeouts.idle }), now);
  }

  carry(attempt: Attempt, req: Request, res: Response): Promise<void> {
    const { timeouts } = this.#settings;
    const limits = {
      ...{ patience: timeouts.idle, response: timeouts.response },
      cutAfter: cutAfter(exchangeOf(req).deadline ?? Infinity, attempt.startedAt, timeouts),
    };
    return new Promise((done) => {
      const send = (by: () => Connections) => {
        try {
          by().dispatch(requestTo(attempt.origin, exchangeOf(req), req), handler);
        } catch (error) {
          handler.fail(error as Error);
        }
      };
      const handler = new AttemptHandler(attempt, req, res, limits, {
        done,
        again: () => {
          const once = this.#open(attempt.origin);
          send(() => once);
          this.#retire(attempt.origin.url.origin, once);
        },
        joined: (tunnel) => this.#tunnels.keep(tunnel, attempt.origin),
      });
      send(() => this.#connectionsTo(attempt.origin));
    });
  }

  configure(settings: TransportSettings): void {
    this.#settings = settings;
    this.#retireAll();
  }

  goAway(origin?: Origin): void {
    this.#tunnels.goAway(origin);
  }

  cut(origin: Origin): void {
    this.goAway(origin);
    const connections = this.#connections.get(origin.url.origin);
    this.#connections.delete(origin.url.origin);
    void connections?.destroy();
    for (const [retired, { to }] of this.#retired) if (to === origin.url.origin) void retired.destroy();
  }

  async close(): Promise<void> {
    this.#retireAll();
    await Promise.all([...this.#retired.values()].map(({ closed }) => closed));
  }

  #retireAll(): void {
    for (const [to, connections] of this.#connections) this.#retire(to, connections);
    this.#connections.clear();
  }

  /** Lets end what runs on these connections, and then closes them. */
  #retire(to: string, connections: Connections): void {
    const closed = connections.close().finally(() => this.#retired.delete(connections));
    this.#retired.set(connections, { to, closed });
  }

  #connectionsTo(origin: Origin): Connections {
    let connections = this.#connections.get(origin.url.origin);
    if (!connections) {
      connections = this.#open(origin);
      this.#connections.set(origin.url.origin, connections);
    }
    return connections;
  }

  #open({ url }: Origin): Connections {
    const { timeouts, maxConnections, maxAnswerHeader } = this.#settings;
    return new Connections(url.origin, {
      connections: maxConnections,
      connect: connectorTo(url, timeouts.connect),
      headersTimeout: timeouts.response,
      bodyTimeout: timeouts.idle,
      maxHeaderSize: maxAnswerHeader,
    });
  }
}

/**
 * Makes connections by HTTP/1.1, also to an origin that prefers HTTP/2, since its answers are read as that. The name that TLS asks
 * for is the origin's own, and none where it is known by its address: undici would ask for the one in the client's Host.
 */
function connectorTo({ hostname }: URL, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false, keepAlive: true, keepAliveInitialDelay: 60_000 });
  const servername = isIP(hostname.replace(/^\[|\]$/g, '')) ? '' : hostname;
  return (options, done) =>
    connect({ ...options, host: '', servername }, (...made) => {
      if (made[1]) new OriginConnection(made[1]);
      done(...made);
    });
}

function requestTo({ url }: Origin, exchange: Exchange, req: Request): Dispatcher.DispatchOptions {
  return {
    method: exchange.method,
    path: exchange.target,
    headers: requestFields(exchange, req.rawHeaders, req.headers),
    body: exchange.body,
    upgrade: exchange.webSocket ? 'websocket' : null,
    // One name for all: where the client's Host is another one than before, undici would make another connection over TLS.
    ...{ servername: url.hostname },
    ...(exchange.webSocket ? {} : { reset: leavesDoubt(exchange) }),
  };
}

/** Methods whose body every server reads, if only to throw it away. */
const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Whether nobody can be sure what a connection holds after this request, so that no other request may follow on it: a server that
 * expects no body takes one for the next request (RFC 9112 §11.2), and the body of a HEAD's answer, where none may be, for the
 * next answer.
 */
function leavesDoubt({ method, body }: Exchange): boolean {
  return method === 'HEAD' || (body !== null && !methodsWithBody.has(method));
}
