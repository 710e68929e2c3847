import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

/** An HTTP server that can stop without losing a request. */
export class Listener {
  /** The server, for what else listens to it. */
  readonly server: Server;
  readonly #handler: RequestListener;
  readonly #connections = new Set<Socket>();
  readonly #running = new Set<ServerResponse>();
  #stopping = false;

  constructor(handler: RequestListener) {
    this.#handler = handler;
    this.server = createServer((req, res) => this.#take(req, res));
    this.server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /** Starts listening; `*` is every interface. Resolves with the port, which the system picked if 0 was asked for. Rejects with the system's error. */
  async listen(port: number, host: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.server.once('error', reject);
    this.server.listen({ port, ...(host === '*' ? {} : { host }) }, resolve);
    await promise;
    this.server.off('error', reject);
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen on a TCP port');
    return address.port;
  }

  /** Stops accepting, closes idle connections, lets running requests finish. Resolves when the last connection is closed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    // http.Server's own close() would also cut connections whose last response is not yet flushed.
    NetServer.prototype.close.call(this.server, () => resolve());
    for (const res of this.#running) sayLast(res);
    const busy = new Set([...this.#running].map((res) => res.req.socket));
    for (const socket of this.#connections.difference(busy)) socket.destroySoon();
    await promise;
  }

  #take(req: IncomingMessage, res: ServerResponse): void {
    this.#running.add(res);
    res.once('close', () => {
      this.#running.delete(res);
      if (this.#stopping) req.socket.destroySoon();
    });
    if (this.#stopping) sayLast(res);
    this.#handler(req, res);
  }
}

/** Tells the client that the connection closes after this response, where that can still be said. */
function sayLast(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}
