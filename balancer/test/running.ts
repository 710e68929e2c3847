import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../e2e/process.ts';
import { seen } from './until.ts';

/** A running balancer, its ports and its admin side. */
export interface Running {
  readonly program: Program;
  readonly port: number;
  admin(path: string, method?: string, body?: object): Promise<Response>;
  /** Every origin as the admin side shows it. */
  origins(): Promise<{ id: string; state: string; summary: string; inFlight: number; probes: readonly unknown[] }[]>;
}

/** Starts a balancer that logs for people, on any ports; `started` has it at once, to end it whatever comes. */
export async function startBalancer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  started: (program: Program) => void,
): Promise<Running> {
  const program = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=0', '--log=pretty', ...args], env);
  started(program);
  const port = await program.port();
  const [, adminPort = ''] = await program.printed(/admin on http:\/\/127\.0\.0\.1:(\d+)/);
  const admin = (path: string, method = 'GET', body?: object) =>
    fetch(`http://127.0.0.1:${adminPort}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  const origins = async () => ((await (await admin('/api/status')).json()) as { origins: Awaited<ReturnType<Running['origins']>> }).origins;
  return { program, port, admin, origins };
}

/** What a configuration file says, by the names of flags. */
type Settings = Readonly<Record<string, string>>;

/** A running balancer and what it has printed since it got its latest test's settings. */
export interface Lent extends Running {
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  printedSince(): string;
}

/** A balancer for several tests: each gives it a configuration of its own, and none ends it. It starts with the first. */
export class SharedBalancer {
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  readonly #file = join(this.#folder, 'balancer.yml');
  #running: Running | undefined;
  #program: Program | undefined;
  #tests = 0;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#args = args;
    this.#env = env;
  }

  /** Lends it with these settings; all others that can change while it runs are as by default. */
  async with(settings: Settings): Promise<Lent> {
    this.#tests += 1;
    const running = this.#running ? await this.#change(this.#running, settings) : await this.#start(settings);
    const from = running.program.output.length;
    return {
      ...running,
      printed: (pattern) => running.program.printed(pattern, from),
      printedSince: () => running.program.output.slice(from),
    };
  }

  /** Writes other settings into its file. */
  write(settings: Settings): void {
    // One that differs for each test, so that there is always a change to wait for.
    const lines = Object.entries({ 'slow-start': `${this.#tests}ms`, ...settings });
    writeFileSync(this.#file, lines.map(([name, value]) => `${name}: ${value}\n`).join(''));
  }

  /** The same, and has it read them at once. */
  tell(settings: Settings): void {
    this.write(settings);
    this.#program?.signal('SIGHUP');
  }

  async end(): Promise<void> {
    await this.#program?.end();
    rmSync(this.#folder, { recursive: true });
  }

  async #start(settings: Settings): Promise<Running> {
    this.write(settings);
    this.#running = await startBalancer([...this.#args, `--config=${this.#file}`], this.#env, (program) => {
      this.#program = program;
    });
    return this.#running;
  }

  async #change(running: Running, settings: Settings): Promise<Running> {
    const { program, origins } = running;
    const from = program.output.length;
    this.tell(settings);
    await program.printed(/configuration changed: .*slow-start/, from);
    // An origin that is new waits for its first probe.
    await seen(origins, (all) => all.every(({ state }) => state !== 'starting'));
    return running;
  }
}
