import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program to run: its words, and what its environment has besides ours. */
export interface Command {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The processes that the benchmark started, so that each can be ended by its own id. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Starts a server that runs until the end of the benchmark; what it says on stderr is shown only if it ends before. */
  start(name: string, command: Command): number {
    const child = this.#spawn(command, 'ignore');
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.once('exit', (status) => {
      if (this.#running.delete(child)) console.error(`${name} ended by itself with status ${status}\n${said}`);
    });
    if (child.pid === undefined) throw new Error(`${name} could not be started`);
    return child.pid;
  }

  /** Runs a program to its end and resolves with what it printed; rejects if it fails. */
  async run(command: Command): Promise<string> {
    const child = this.#spawn(command, 'pipe');
    let printed = '';
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [status] = await once(child, 'close');
    this.#running.delete(child);
    if (status !== 0) throw new Error(`${command.words.join(' ')} ended with status ${status}\n${printed}${said}`);
    return printed;
  }

  /** Ends one of them by its process's id, asking first; resolves when it has ended. */
  async stop(pid: number): Promise<void> {
    const child = [...this.#running].find((one) => one.pid === pid);
    if (!child) return;
    this.#running.delete(child);
    await endOne(child);
  }

  /** Ends everything that still runs, asking first; resolves when nothing is left. */
  async end(): Promise<void> {
    const children = [...this.#running];
    this.#running.clear();
    await Promise.all(children.map(endOne));
  }

  #spawn({ words, env }: Command, stdout: 'ignore' | 'pipe'): ChildProcess {
    const [program = '', ...args] = words;
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', stdout, 'pipe'] });
    this.#running.add(child);
    return child;
  }
}

/** How long a process may take to end when asked, in ms; it is killed after that. */
const patience = 2000;

async function endOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
}
