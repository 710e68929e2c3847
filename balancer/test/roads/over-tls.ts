import { EventEmitter } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Door } from './road.ts';

/** What Node sets before it destroys a socket, so that this becomes a reset. */
type Resettable = Socket & { resetAndClosing?: boolean };

/**
 * A plain port in front of one over TLS, so that tests need not speak that themselves: what a client does on its connection, be it half a close or a
 * reset, is done on one over TLS, and what comes of it is done to the client.
 */
export class TlsDoor extends EventEmitter implements Door {
  readonly #open: (host: string) => Promise<number>;
  readonly #bridges = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => void this.#bridge(client));
  #port = 0;

  /** `open` opens the port over TLS; resolves with it. */
  constructor(open: (host: string) => Promise<number>) {
    super();
    this.#open = open;
    this.#bridges.unref();
  }

  get listening(): boolean {
    return this.#bridges.listening;
  }

  listen(_port: number, host: string): this {
    this.#open(host).then(
      (port) => {
        this.#port = port;
        this.#bridges.listen(0, host, () => this.emit('listening'));
      },
      (error) => this.emit('error', error),
    );
    return this;
  }

  address(): AddressInfo | string | null {
    return this.#bridges.address();
  }

  close(): void {
    this.#bridges.close();
  }

  #bridge(client: Socket): void {
    const below: Resettable = connect({ port: this.#port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const tls = connectTls({ socket: below, rejectUnauthorized: false, servername: 'localhost', allowHalfOpen: true } as never);
    const cutTls = () => {
      below.resetAndClosing = true;
      tls.destroy();
    };
    const cutClient = () => void (client.destroyed || client.resetAndDestroy());
    // Of a client that has closed its half, nobody hears that it is gone, but who writes to it.
    const look = setInterval(() => client.readableEnded && client.writable && client.write(''), 20).unref();
    client.once('close', () => clearInterval(look));
    client.on('error', cutTls).on('close', () => tls.writableEnded || cutTls());
    for (const end of [below, tls]) end.on('error', cutClient);
    tls.on('close', () => client.writableEnded || cutClient());
    tls.once('secureConnect', () => join(client, tls));
  }
}

function join(client: Socket, tls: TLSSocket): void {
  client.pipe(tls);
  tls.pipe(client);
  client.resume();
}
