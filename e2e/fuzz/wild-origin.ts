import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../../balancer/src/brain/seeded.ts';
import { messageIn } from '../raw/message.ts';
import { reactionTo } from './answers.ts';
import { marksIn, nobodys } from './mark.ts';
import { hashOf } from './random.ts';

/** An origin on bare TCP, whose reactions follow from its seed and a request's target: the same to the same, whoever asks first. */
export class WildOrigin {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #seed: number;

  private constructor(seed: number) {
    this.#seed = seed;
    this.#server = createServer({ allowHalfOpen: false }, (socket) => this.#greet(socket));
  }

  /** Starts one on a free port of 127.0.0.1. */
  static async start(seed: number): Promise<WildOrigin> {
    const origin = new WildOrigin(seed);
    origin.#server.listen(0, '127.0.0.1');
    await once(origin.#server, 'listening');
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    let turn = Promise.resolve();
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        for (let message = next(); message; message = next()) {
          const [, target = ''] = message.startLine.split(' ');
          turn = turn.then(() => this.#react(socket, target));
        }
      } catch {
        // A tunnel's bytes, or what a refused upgrade left behind.
        bytes = Buffer.alloc(0);
      }
    });
    const next = () => {
      const message = messageIn(bytes, { isBodyless: () => false, isOver: false });
      bytes = bytes.subarray(message?.length ?? 0);
      return message;
    };
  }

  async #react(socket: Socket, target: string): Promise<void> {
    const [mark = nobodys] = marksIn(target);
    const { delayMs, packets, end } = reactionTo(mark, seeded(hashOf(target, this.#seed)));
    if (delayMs > 0) await delay(delayMs);
    for (const packet of packets) {
      socket.write(packet);
      await new Promise(setImmediate);
    }
    if (end === 'fin') socket.end();
    if (end === 'rst') socket.resetAndDestroy();
  }
}
