import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../balancer/src/admin/api.ts';
import { Program } from '../process.ts';

/** The longest that anything may take to come about, in ms. */
const patience = 20_000;

/** A balancer and four origins of the demo, all real processes on free ports. */
export class Stack {
  readonly origins: readonly { readonly id: string; readonly program: Program }[];
  readonly page: string;
  readonly #balancer: Program;
  readonly #port: number;

  private constructor(origins: Stack['origins'], balancer: Program, port: number, page: string) {
    this.origins = origins;
    this.#balancer = balancer;
    this.#port = port;
    this.page = page;
  }

  /**
   * Starts all, with what a file says of the origins at four URLs instead of one pool where there is one; resolves when every origin is
   * ready. `mode` says what the admin side may do.
   */
  static async start(file?: (urls: readonly string[]) => string, mode = ['--demo=on']): Promise<Stack> {
    const programs = [0, 1, 2, 3].map(() => new Program('origin/src/main.ts', ['--port', '0']));
    const origins = await Promise.all(programs.map(async (program) => ({ program, id: `localhost:${await program.port()}` })));
    const urls = origins.map(({ id }) => `http://${id}`);
    const over = file ? `--config=${written(file(urls))}` : `--origins=${urls}`;
    const flags = ['--port=0', '--admin-port=0', '--log=pretty', '--health-path=/_origin/health', '--threads=2', ...mode, over];
    const balancer = new Program('balancer/src/main.ts', flags);
    const port = await balancer.port();
    const [, page = ''] = await balancer.printed(/admin on (http:\/\/127\.0\.0\.1:\d+)/);
    const stack = new Stack(origins, balancer, port, page);
    await stack.until(async () => (await stack.status()).origins.every(({ state }) => state === 'ready'));
    return stack;
  }

  /** How everything is, as the admin side has it. */
  async status(): Promise<Status> {
    return (await (await fetch(`${this.page}/api/status`)).json()) as Status;
  }

  /** Sends a request whose target stands as it is, whatever is in it; resolves with its status. */
  async ask(target: string): Promise<number | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const asked = request({ port: this.#port, host: '127.0.0.1', path: target, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    asked.on('error', reject).end();
    return promise;
  }

  /** Has the admin side do something. */
  async post(path: string, body: object): Promise<void> {
    const told = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(this.page + path, told);
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Puts a fault in force at an origin; without one, ends the one in force. */
  async breakOrigin(id: string, fault?: object): Promise<void> {
    const put = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fault) };
    await fetch(`http://${id}/_origin/fault`, fault ? put : { method: 'DELETE' });
  }

  /** Resolves when something holds; rejects if that takes too long. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + patience;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`it did not come within ${patience / 1000} s: ${holds}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#balancer.end(), ...this.origins.map(({ program }) => program.end())]);
  }
}

/** The path of a new file with that text. */
function written(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'lb-browser-')), 'lb.yaml');
  writeFileSync(path, text);
  return path;
}
