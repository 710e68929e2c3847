import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its descendants have used. */
export interface Usage {
  /** CPU time since they began, user and system, in µs. The kernel counts in steps of 10 ms. */
  readonly cpuMicros: number;
  /** Resident memory now, in MiB; pages that several of them share count once. */
  readonly memoryMiB: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMicros: number;
}

/** A clock tick as /proc counts them (USER_HZ, 100 a second on every machine that Node runs on), in µs. */
const tick = 10_000;

/** Reads from /proc what a process and its descendants have used, so that servers with workers count whole. */
export function usageOf(pid: number): Usage {
  const family = familyOf(pid, everyProcess());
  if (family.length === 0) throw new Error(`process ${pid} has ended`);
  return {
    cpuMicros: family.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    memoryMiB: residentOf(family.map((member) => memoryIn(contentOf(`/proc/${member.pid}/smaps_rollup`)))) / 1024,
  };
}

function familyOf(pid: number, processes: readonly Process[]): Process[] {
  const own = processes.filter((one) => one.pid === pid);
  const children = processes.filter((one) => one.parent === pid);
  return [...own, ...children.flatMap((child) => familyOf(child.pid, processes))];
}

function everyProcess(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = contentOf(`/proc/${pid}/stat`);
    return stat ? [parseStat(Number(pid), stat)] : [];
  });
}

/** Reads a line of /proc/PID/stat. Fields are counted from the last parenthesis, since a program's name may hold anything. */
export function parseStat(pid: number, stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]].map(Number);
  return { pid, parent, cpuMicros: (user + system) * tick };
}

/** Resident memory of one process, in KiB. */
export interface Memory {
  readonly all: number;
  /** What nobody else has. */
  readonly own: number;
}

/** Reads /proc/PID/smaps_rollup. */
export function memoryIn(rollup: string): Memory {
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
  return { all: kib('Rss'), own: kib('Private_Clean') + kib('Private_Dirty') };
}

/**
 * KiB of a process and its descendants together: all of the largest, which has what they share, and of the others what is their own. A
 * proportional share would be less for whoever runs the same program as another peer, and more for it alone.
 */
export function residentOf(family: readonly Memory[]): number {
  const [largest, ...others] = family.toSorted((a, b) => b.all - a.all);
  return (largest?.all ?? 0) + others.reduce((sum, { own }) => sum + own, 0);
}

/** A file's text, or nothing where its process has just ended or isn't ours to see. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
