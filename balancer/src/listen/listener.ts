import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { ServerLimits } from './limits.ts';
import { type ParserError, reject, sentenceFor } from './rejection.ts';
import { asksForWebSocket, responseOn } from './web-socket.ts';

/** The classes of the messages that a handler gets. */
export type MessageClasses = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/** What runs on one connection. */
interface Connection {
  /** How many requests have no whole response yet. */
  running: number;
  /** The response to the latest request. */
  latest?: ServerResponse;
}

/** An HTTP server with limits, that can stop without losing a request. */
export class Listener {
  /** The server, for what else listens to it. */
  readonly server: Server;
  readonly #handler: RequestListener;
  readonly #maxClients: number;
  /**
   * Connections come and go seldom. A Set of the running responses would be rehashed all the time, and the tables that it
   * leaves behind keep finished requests alive until the next full garbage collection.
   */
  readonly #connections = new Map<Socket, Connection>();
  #stopping = false;

  /** `classes` are those of the messages that the handler gets; Node's own where they are missing. */
  constructor(handler: RequestListener, limits: ServerLimits, classes: MessageClasses = {}) {
    this.#handler = handler;
    this.#maxClients = limits.maxClients;
    this.server = createServer(
      {
        ...classes,
        maxHeaderSize: limits.maxHeaderSize + limits.maxTargetLength,
        headersTimeout: limits.headerTimeout,
        // A whole upload may take as long as it keeps moving; the body's own silence is limited elsewhere.
        requestTimeout: 0,
        connectionsCheckingInterval: Math.min(limits.headerTimeout, 1000),
        keepAliveTimeout: limits.keepAliveTimeout,
        shouldUpgradeCallback: asksForWebSocket,
      },
      (req, res) => this.#take(req, res),
    );
    // Node would silently drop what is over its count; admit counts, and refuses.
    this.server.maxHeadersCount = 0;
    this.server.maxRequestsPerSocket = limits.maxRequests;
    this.server.on('connection', (socket: Socket) => this.#greet(socket));
    this.server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => this.#take(req, responseOn(req, socket, head)));
    this.server.on('connect', (_req: IncomingMessage, socket: Socket) => reject(socket, '501 Not Implemented: no tunnels here'));
    this.server.on('clientError', (error: ParserError, socket: Socket) => this.#refuse(error, socket));
  }

  /** Starts listening; `*` is every interface. Resolves with the port, which the system picked if 0 was asked for. Rejects with the system's error. */
  async listen(port: number, host: string): Promise<number> {
    const { promise, resolve, reject: fail } = Promise.withResolvers<void>();
    this.server.once('error', fail);
    this.server.listen({ port, ...(host === '*' ? {} : { host }) }, resolve);
    await promise;
    this.server.off('error', fail);
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen on a TCP port');
    return address.port;
  }

  /** Stops accepting, closes idle connections and WebSockets, lets running requests finish. Resolves when the last connection is closed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    // http.Server's own close() would also cut connections whose last response is not yet flushed.
    NetServer.prototype.close.call(this.server, () => resolve());
    for (const [socket, { running, latest }] of this.#connections) {
      if (running > 0 && latest?.statusCode !== 101) sayLast(latest);
      else socket.destroySoon();
    }
    await promise;
  }

  #greet(socket: Socket): void {
    this.#connections.set(socket, { running: 0 });
    socket.once('close', () => this.#connections.delete(socket));
    if (this.#connections.size > this.#maxClients) reject(socket, '503 Service Unavailable: too many connections', 'Retry-After: 1\r\n');
  }

  #take(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    const connection = this.#connections.get(socket);
    if (!connection || socket.writableEnded) return;
    connection.running += 1;
    connection.latest = res;
    res.on('close', () => {
      connection.running -= 1;
      if (this.#stopping && connection.running === 0) socket.destroySoon();
    });
    if (this.#stopping) sayLast(res);
    this.#handler(req, res);
  }

  /** Nothing that a client sends after a message that can't be read is ever parsed; what it asked before is still answered. */
  #refuse(error: ParserError, socket: Socket): void {
    const answering = (this.#connections.get(socket)?.running ?? 0) > 0;
    if (answering || socket.writableEnded || error.code === 'ECONNRESET') socket.destroy();
    else reject(socket, sentenceFor(error));
  }
}

/** Tells the client that the connection closes after this response, where that can still be said. */
function sayLast(res: ServerResponse | undefined): void {
  if (res && !res.headersSent) res.setHeader('Connection', 'close');
}
