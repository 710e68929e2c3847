import { setTimeout as delay } from 'node:timers/promises';
import type { Status } from '../../balancer/src/admin/api.ts';
import { inspectable } from '../faults/heap.ts';
import { Program } from '../process.ts';
import { countsOf, leftIn } from './counts.ts';
import { mistakesIn } from './mistakes.ts';

/** The longest that a count may take to come to 0 when all clients are gone, in ms. */
const patience = 5000;

/** A balancer process under trial, with a look at whether it is still whole. */
export class Balancer {
  readonly program: Program;
  readonly ports: { readonly public: number; readonly admin: number };
  #hasEnded = false;

  private constructor(program: Program, ports: Balancer['ports']) {
    this.program = program;
    this.ports = ports;
    void program.status().then(() => {
      this.#hasEnded = true;
    });
  }

  /** Starts one of a checkout (this one's, where `tree` is empty); resolves when it is ready. */
  static async start(tree: string, flags: readonly string[]): Promise<Balancer> {
    const file = `${tree === '' ? '' : `${tree}/`}balancer/src/main.ts`;
    const program = new Program(file, ['--port=0', '--admin-port=0', '--log=json', ...flags], inspectable);
    const port = await program.port();
    const [, admin] = await program.printed(/admin on http:\/\/127\.0\.0\.1:(\d+)/);
    const balancer = new Balancer(program, { public: port, admin: Number(admin) });
    await balancer.#until(async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok);
    return balancer;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether it ended or said something of a mistake of its own. */
  get isBroken(): boolean {
    return this.#hasEnded || mistakesIn(this.program.output).length > 0;
  }

  async counts(): Promise<Record<string, number>> {
    return countsOf((await (await fetch(`http://127.0.0.1:${this.ports.admin}/api/status`)).json()) as Status);
  }

  /** What is wrong with it when all clients are gone, in a line each: mistakes, its end, places and leases that nobody holds. */
  async faults(): Promise<string[]> {
    const last: { counts: Record<string, number> } = { counts: {} };
    const settled = this.#until(async () => {
      if (this.isBroken) return true;
      last.counts = await this.counts();
      return leftIn(last.counts) === '';
    });
    const isSettled = await settled.then(
      () => true,
      () => false,
    );
    const mistakes = mistakesIn(this.program.output);
    if (mistakes.length > 0) return mistakes;
    if (this.#hasEnded) return [`ended: ${this.program.output.split('\n').slice(-5).join(' ')}`];
    return isSettled ? [] : [`kept when all were gone: ${leftIn(last.counts)}`];
  }

  /** Stops it as a supervisor does; what is wrong with how it ends, if anything is. */
  async stop(): Promise<string[]> {
    this.program.signal('SIGTERM');
    const status = await Promise.race([this.program.status(), delay(20_000, 'none', { ref: false })]);
    await this.program.end();
    return status === 0 ? [] : [`a stop ends with status ${status}`];
  }

  async #until(holds: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + patience;
    while (!(await holds().catch(() => this.#hasEnded))) {
      if (performance.now() > end) throw new Error('waited in vain');
      await delay(20);
    }
  }
}
