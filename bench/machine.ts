import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';

/** Words to put before a command so that it runs on its own core; empty where that can't be done. */
export interface Pins {
  readonly proxy: readonly string[];
  readonly load: readonly string[];
  /** What was done, as a sentence for the reader of the figures. */
  readonly note: string;
}

/** Chooses one core for the proxy and another for load and origins, so that neither's work slows the other's. */
export function chooseCores(): Pins {
  const [first, second] = allowedCores();
  if (first === undefined || second === undefined) return rough('there is only one core');
  if (!onPath('taskset')) return rough('taskset is missing');
  const pin = (core: number) => ['taskset', '--cpu-list', String(core)];
  return { proxy: pin(first), load: pin(second), note: `the proxy on core ${first}, load and origins on core ${second}` };
}

function rough(reason: string): Pins {
  return { proxy: [], load: [], note: `nothing pinned to a core (${reason}): these figures are rough` };
}

/** The cores that this process may use, from the kernel's list such as `0-3,8`. */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** Whether a program is installed where the shell would find it. */
export function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The first version number that a program prints, on either stream, whatever its exit status. */
export function versionOf(program: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return /\d+(\.\d+)+/.exec(stdout + stderr)?.[0] ?? 'unknown';
}

/** The processor's name, as it stands beside published figures. */
export function processor(): string {
  return cpus()[0]?.model.trim() ?? 'unknown';
}

/** Runs a build step to its end; throws with what it printed if it fails. */
export function build(folder: string, command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd: folder, env: { ...process.env, GOTOOLCHAIN: 'local' }, stdio: 'pipe' });
}
