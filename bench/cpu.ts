import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its descendants have used. */
export interface Usage {
  /** CPU time since they began, user and system, in µs. The kernel counts in steps of 10 ms. */
  readonly cpuMicros: number;
  /** Memory now, in MiB; pages that several of them share count once. */
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
    memoryMiB: family.reduce((sum, member) => sum + memoryOf(member.pid), 0) / 1024,
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

/** KiB of a process: its proportional share where the kernel tells it, else all that is resident. */
function memoryOf(pid: number): number {
  const share = /^Pss:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/smaps_rollup`));
  const resident = share ?? /^VmRSS:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/status`));
  return Number(resident?.[1] ?? 0);
}

/** A file's text, or nothing where its process has just ended or isn't ours to see. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
