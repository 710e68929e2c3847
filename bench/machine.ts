import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';

/** Words to put before a command so that it runs on its own core; empty where that can't be done. */
export interface Pins {
  readonly proxy: readonly string[];
  /** Whether a proxy of two threads has two cores of its own. */
  readonly hasPair: boolean;
  readonly load: readonly string[];
  /** What was done, as a sentence for the reader of the figures. */
  readonly note: string;
}

/** Cores from which on a proxy can have two, and load and origins two others that keep up with it. */
export const coresForPair = 4;

/** Chooses so many cores for the proxy and others for load and origins, so that neither's work slows the other's. */
export function chooseCores(ofProxy: 1 | 2): Pins {
  const cores = allowedCores();
  if (cores.length < (ofProxy === 1 ? 2 : coresForPair)) return rough(`there are ${cores.length}, which all share`);
  if (!onPath('taskset')) return rough('taskset is missing');
  const pin = (list: readonly number[]) => ['taskset', '--cpu-list', list.join()];
  const proxy = cores.slice(0, ofProxy);
  const load = cores.slice(ofProxy);
  const note = `the proxy on core ${proxy.join(' and ')}, load and origins on ${load.join(', ')}`;
  return { proxy: pin(proxy), hasPair: ofProxy === 2, load: pin(load), note };
}

function rough(reason: string): Pins {
  return { proxy: [], hasPair: false, load: [], note: `nothing pinned to a core (${reason}): these figures are rough` };
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
