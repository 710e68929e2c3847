import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Program } from '../process.ts';

/** An origin of the lab: a process that is killed, hung and started again, always on the same port. */
export class LabOrigin {
  readonly port: number;
  #program: Program | undefined;
  /** What its earlier processes printed. */
  #earlier = '';

  private constructor(port: number) {
    this.port = port;
  }

  /** Starts one on a free port. */
  static async start(): Promise<LabOrigin> {
    const origin = new LabOrigin(await freePort());
    await origin.start();
    return origin;
  }

  get id(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.id}`;
  }

  /** Everything that it printed, over all its lives. */
  get output(): string {
    return this.#earlier + (this.#program?.output ?? '');
  }

  /** Starts its process; resolves with the moment at which it listens. */
  async start(): Promise<number> {
    this.#earlier = this.output;
    this.#program = new Program('e2e/faults/origin.ts', [String(this.port)]);
    await this.#program.port();
    return performance.now();
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    await this.#program?.end();
  }

  /** Lets it finish what runs, and end. */
  async stop(): Promise<void> {
    this.#program?.signal('SIGTERM');
    await this.#program?.status();
  }

  /** Stops it in its tracks: its connections stay open, and nobody answers. */
  hang(): void {
    this.#program?.signal('SIGSTOP');
  }

  /** Lets it go on where it was hung. */
  resume(): void {
    this.#program?.signal('SIGCONT');
  }

  /** Sets how it answers from now on. */
  async behave(how: { delayMs?: number; status?: number }): Promise<void> {
    await (await fetch(`${this.url}/_lab`, { method: 'PUT', body: JSON.stringify(how) })).arrayBuffer();
  }
}

/** A port that nobody has now; the system gives it to nobody else for a while. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
