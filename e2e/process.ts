import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where programs keep their compiled code: most of what the start of a process takes is done once, and not in every test. */
export const compiled = join(tmpdir(), 'load-balancer-explained-compiled');

/** A program of this repository, run as a real child process. */
export class Program {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #onOutput = new Set<() => void>();
  /** Everything printed so far, stdout and stderr in the order that they arrived. */
  output = '';

  /**
   * Starts `node FILE ARGS` in the repository's root, with `env` added to a clean environment, and so many `descriptors` at the most. Which
   * Node.js that is may be chosen.
   */
  constructor(
    file: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    descriptors?: number,
    node = process.execPath,
  ) {
    const limited = descriptors === undefined ? [] : ['-c', `ulimit -n ${descriptors} && exec "$0" "$@"`, node];
    const [program = node, ...words] = descriptors === undefined ? [] : ['sh', ...limited];
    this.#child = spawn(program, [...words, file, ...args], {
      cwd: new URL('..', import.meta.url),
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        for (const look of this.#onOutput) look();
      });
    }
  }

  /** Resolves with the match once the output matches, from that character on. Rejects if the program ends without that. */
  async printed(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = () => {
      const match = pattern.exec(this.output.slice(from));
      if (match) resolve(match);
    };
    this.#onOutput.add(look);
    look();
    this.#exit.then(() => reject(new Error(`ended without printing ${pattern}:\n${this.output}`)));
    return promise.finally(() => this.#onOutput.delete(look));
  }

  /** The port that the program says it listens on. */
  async port(): Promise<number> {
    return Number((await this.printed(/listening on port (\d+)/))[1]);
  }

  /** The process id. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Reads nothing more of what it prints, until it has ended. */
  stopReading(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.pause();
  }

  /** Closes the other end of what it prints to: it can write nothing any more. */
  closeOutput(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy();
  }

  /** Resolves with the exit status once the program has ended and all its output was read. */
  async status(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.resume();
    await this.#exit;
    return this.#child.exitCode;
  }

  /** Ends the program, whatever state it is in. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
