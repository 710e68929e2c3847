import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Asked, valuesOf } from './asked.ts';
import { textFor } from './meaning.ts';
import { readStrictly } from './strict.ts';

/** What an origin got for one client. */
export interface Got {
  /** In the order in which they were whole. */
  readonly whole: Asked[];
  /** Those of which the rest never came. */
  readonly cut: Asked[];
}

/**
 * An origin on bare TCP, which reads strictly and notes what it gets, by the client for whom it is: the balancer itself says that in
 * `X-Forwarded-For`, and has thrown away what the client said there.
 */
export class Recorder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #got = new Map<string, Got>();
  /** What nobody should send to an origin, in words. */
  readonly problems: string[] = [];

  private constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => this.#greet(socket));
  }

  /** Starts one on a free port of 127.0.0.1. */
  static async start(): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.#server.listen(0, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What came for the client at an address; it is forgotten then. */
  taken(address: string): Got {
    const got = this.#of(address);
    this.#got.delete(address);
    return got;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #of(address: string): Got {
    const got = this.#got.get(address) ?? { whole: [], cut: [] };
    this.#got.set(address, got);
    return got;
  }

  #greet(socket: Socket): void {
    let text = '';
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      text = this.#read(socket, text + chunk.toString('latin1'));
    });
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const { begun } = readStrictly(text);
      if (begun) this.#of(this.#clientOf(begun)).cut.push(begun);
    });
  }

  /** Takes and answers what is whole; gives back the rest. */
  #read(socket: Socket, text: string): string {
    const { requests, end, problem } = readStrictly(text);
    for (const asked of requests) {
      this.#of(this.#clientOf(asked)).whole.push(asked);
      socket.write(answerTo(asked), 'latin1');
    }
    if (problem === undefined) return text.slice(end);
    this.problems.push(`${problem} in ${JSON.stringify(text.slice(end, end + 2000))}`);
    socket.destroy();
    return '';
  }

  /** For whom a request is. One that says nothing or two things of that is nobody's, and nobody should have sent it. */
  #clientOf(asked: Asked): string {
    const [client = 'nobody', ...others] = valuesOf(asked, 'x-forwarded-for');
    if (client === 'nobody' || others.length > 0 || !/^127\.[\d.]+$/.test(client))
      this.problems.push(`a request of nobody: ${JSON.stringify(asked)}`);
    return client;
  }
}

/** Says what was understood. */
function answerTo(asked: Asked): string {
  const text = textFor(asked);
  return `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${asked.method === 'HEAD' ? '' : text}`;
}
