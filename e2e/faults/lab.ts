import { setTimeout as delay } from 'node:timers/promises';
import type { OriginReport, Status } from '../../balancer/src/admin/api.ts';
import { Program } from '../process.ts';
import { Clients, type Habit } from './clients.ts';
import { inspectable } from './heap.ts';
import { LabOrigin } from './lab-origin.ts';

/** Flags that every scenario's balancer has: those of the demo stack, and the response timeout that the peers were measured with. */
const usual = ['--port=0', '--admin-port=0', '--log=pretty', '--health-path=/_origin/health', '--response-timeout=5s'];

/** Flags that the whole run's balancers have besides. */
export const extraFlags: string[] = [];

/** The longest that anything may take to come about, in ms. */
const patience = 20_000;

/** Four origins and a balancer in front of them, all real processes. */
export class Lab {
  readonly origins: readonly LabOrigin[];
  readonly balancer: Program;
  readonly port: number;
  readonly adminPort: number;
  readonly #crowds: Clients[] = [];

  private constructor(origins: readonly LabOrigin[], balancer: Program, port: number, adminPort: number) {
    this.origins = origins;
    this.balancer = balancer;
    this.port = port;
    this.adminPort = adminPort;
  }

  /** Starts all; resolves when the balancer is ready. `flags` are for the balancer, and may depend on the origins. */
  static async start(flags: (origins: readonly LabOrigin[]) => string[] = listed): Promise<Lab> {
    const origins = await Promise.all([0, 1, 2, 3].map(() => LabOrigin.start()));
    const balancer = new Program('balancer/src/main.ts', [...usual, ...extraFlags, ...flags(origins)], inspectable);
    const port = await balancer.port();
    const [, adminPort] = await balancer.printed(/admin on http:\/\/127\.0\.0\.1:(\d+)/);
    const lab = new Lab(origins, balancer, port, Number(adminPort));
    await lab.until('the balancer is ready', async () => (await lab.admin('/readyz')).ok);
    return lab;
  }

  /** A crowd of clients, who start at once. */
  crowd(habit?: Partial<Habit>): Clients {
    const crowd = new Clients(this.port, habit);
    this.#crowds.push(crowd);
    return crowd;
  }

  admin(path: string, method = 'GET', body?: object): Promise<Response> {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    return fetch(`http://127.0.0.1:${this.adminPort}${path}`, { method, ...json });
  }

  /** Everything that the balancer counts. */
  async counts(): Promise<Status> {
    return (await (await this.admin('/api/status')).json()) as Status;
  }

  async status(): Promise<readonly OriginReport[]> {
    return (await this.counts()).origins;
  }

  /** How one origin stands now. */
  async statusOf({ id }: LabOrigin): Promise<OriginReport> {
    const status = (await this.status()).find((origin) => origin.id === id);
    if (!status) throw new Error(`the balancer does not know ${id}`);
    return status;
  }

  /** Resolves when an origin is in the given state; rejects if that takes too long. */
  async comes(origin: LabOrigin, state: string): Promise<void> {
    await this.until(`${origin.id} is ${state}`, async () => (await this.statusOf(origin)).state === state);
  }

  /** Resolves when something holds; rejects if that takes too long. */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + patience;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`waited ${patience / 1000} s in vain until ${what}`);
      await delay(20);
    }
  }

  /** Ends everything, whatever state it is in. */
  async close(): Promise<void> {
    await Promise.all(this.#crowds.map((crowd) => crowd.stop()));
    for (const origin of this.origins) origin.resume();
    await Promise.all([this.balancer.end(), ...this.origins.map((origin) => origin.kill())]);
  }
}

/** Does something in a lab of its own, which is taken down whatever happens. */
export async function inLab<Result>(
  work: (lab: Lab) => Promise<Result>,
  flags?: (origins: readonly LabOrigin[]) => string[],
): Promise<Result> {
  const lab = await Lab.start(flags);
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

/** The flag that lists the origins. */
export function listed(origins: readonly LabOrigin[]): string[] {
  return [`--origins=${origins.map(({ url }) => url).join()}`];
}
