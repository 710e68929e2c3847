import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Door } from '../roads/road.ts';
import { portOf } from '../wire.ts';

/** The longest that anything a test waits for may take, in ms. */
const deadline = 60_000;

/** A client that speaks in bytes, keeps its connection open for as long as it is let, and remembers all that came back. */
export class Client {
  readonly #socket: Socket;
  readonly #onChange = new Set<() => void>();
  #open = true;
  /** Everything that came back so far. */
  received = '';

  private constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    this.#socket.on('error', () => {});
    this.#socket.on('data', (text: string) => this.#change(() => (this.received += text)));
    this.#socket.on('close', () => this.#change(() => (this.#open = false)));
  }

  /** Connects to a server, or to a port on loopback. */
  static async to(server: Door | number): Promise<Client> {
    const client = new Client(typeof server === 'number' ? server : await portOf(server));
    await once(client.#socket, 'connect');
    return client;
  }

  /** The port on loopback that it comes from. */
  get ownPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Whether the connection is open, as far as is known by now. */
  get isOpen(): boolean {
    return this.#open;
  }

  send(bytes: string): this {
    this.#socket.write(bytes, 'latin1');
    return this;
  }

  /** Reads nothing from now on. */
  deafen(): this {
    this.#socket.pause();
    return this;
  }

  /** Reads again. */
  listen(): this {
    this.#socket.resume();
    return this;
  }

  /** Says that it will send nothing more, and listens on. */
  finish(): this {
    this.#socket.end();
    return this;
  }

  /** Goes away without a word. */
  leave(): void {
    this.#socket.destroy();
  }

  /** Resolves with all that came back once that matches. Rejects if the connection closes first, or nothing of the kind comes. */
  async until(pattern: RegExp): Promise<string> {
    await this.#wait(`${pattern}`, () => pattern.test(this.received) || !this.#open);
    if (!pattern.test(this.received)) throw new Error(`closed without ${pattern}; so far: ${JSON.stringify(this.received)}`);
    return this.received;
  }

  /** Resolves with all that came back once the connection is closed. Rejects if it stays open. */
  async end(): Promise<string> {
    await this.#wait('the end', () => !this.#open);
    return this.received;
  }

  #change(change: () => void): void {
    change();
    for (const look of this.#onChange) look();
  }

  async #wait(what: string, come: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`${what} did not come; so far: ${JSON.stringify(this.received)}`)), deadline);
    const look = () => {
      if (come()) resolve();
    };
    this.#onChange.add(look);
    look();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#onChange.delete(look);
    });
  }
}

/** The status codes of the responses in a stream, in order. The bodies must not look like one. */
export function statusesIn(stream: string): number[] {
  return [...stream.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** A GET whose connection stays open after it. */
export function ask(target: string, ...fields: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n');
}
