import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { until } from '../../balancer/test/until.ts';
import { createOrigin, type OriginOptions } from '../src/server.ts';

/** An origin of this process that listens, and what can be asked of it. */
export class RunningOrigin {
  readonly server: Server;
  readonly lines: string[] = [];

  private constructor(options: OriginOptions) {
    this.server = createOrigin(
      (line) => this.lines.push(line),
      () => new Date(0),
      options,
    );
  }

  static async start(options: OriginOptions = {}): Promise<RunningOrigin> {
    const origin = new RunningOrigin(options);
    await new Promise<void>((resolve) => {
      origin.server.listen(0, '127.0.0.1', resolve);
    });
    return origin;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  put(path: string, body: unknown): Promise<Response> {
    return this.fetch(path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  }

  /** Sets a fault; throws what is wrong with it. */
  async break(fault: object): Promise<void> {
    const response = await this.put('/_origin/fault', fault);
    if (response.status !== 200) throw new Error(await response.text());
  }

  mend(): Promise<Response> {
    return this.fetch('/_origin/fault', { method: 'DELETE' });
  }

  async load(): Promise<{ inFlight: number; latencyMs: number }> {
    return (await this.fetch('/_origin/load')).json() as Promise<{ inFlight: number; latencyMs: number }>;
  }

  /** Resolves once so many requests have arrived in all. */
  arrived(count: number): Promise<void> {
    return until(
      () => this.#requests >= count,
      () => this.lines,
    );
  }

  get #requests(): number {
    return this.lines.filter((line) => line.includes('received request')).length;
  }

  /** A connection on which a client writes what it likes. */
  connect(): Socket {
    return connect(this.port, '127.0.0.1');
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}
