import { Agent, request } from 'node:http';

/** The longest silence that is borne while a connection is made or an answer waited for, in ms. */
const patience = 30_000;

/** A request as a client makes it. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** The source address of the client with that number, from 0; Linux has all of 127.0.0.0/8 for itself (RFC 1122 §3.2.1.3). */
export function addressOf(number: number): string {
  return `127.0.0.${number + 2}`;
}

/**
 * The client with that number: kept-alive connections to the target, a further one only while those that there are wait for an
 * answer. It has an address of its own, where both ends are on loopback and the system lets it; else the usual one.
 */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY, timeout: patience });
  readonly #target: string;
  #address: string | undefined;

  constructor(target: string, number: number, address = addressOf) {
    this.#target = target;
    if (new URL(target).hostname.startsWith('127.')) this.#address = address(number);
  }

  /**
   * Resolves with the status once the answer is whole; rejects with the system's error where none came, or not the whole of it. `read` is
   * handed the pieces of its body, where anybody wants them.
   */
  async ask(asked: Asked, read?: (piece: string) => void): Promise<number> {
    const address = this.#address;
    try {
      return await this.#send(asked, address, read);
    } catch (error) {
      if (address === undefined || !isAboutAddress(error as NodeJS.ErrnoException)) throw error;
      this.#address = undefined;
      return this.#send(asked, undefined, read);
    }
  }

  /** Closes its connections; what is under way is cut. */
  destroy(): void {
    this.#agent.destroy();
  }

  #send({ path, method, body }: Asked, localAddress: string | undefined, read: ((piece: string) => void) | undefined): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const headers = { 'user-agent': 'load-balancer-explained-traffic' };
    const sending = request(
      new URL(path, this.#target),
      { method, headers, agent: this.#agent, ...(localAddress === undefined ? {} : { localAddress }) },
      (answer) => {
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
        if (read) answer.setEncoding('utf8').on('data', read);
        else answer.resume();
      },
    );
    sending.once('timeout', () => sending.destroy(new Error(`nothing came for ${patience} ms`)));
    sending.once('error', reject);
    sending.end(body);
    return promise;
  }
}

/** Whether the system doesn't have that address, as most have but one for loopback. */
function isAboutAddress({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EADDRNOTAVAIL' || code === 'EINVAL';
}
