import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadFigures, LoadTask } from './load-task.ts';

/** The words that run wrk for a task. A request with a body needs a script, which is written to the given folder. */
export function wrkCommand({ url, workload, seconds, connections }: LoadTask, folder: string): string[] {
  const script = join(folder, `${workload.method}-${workload.requestBytes}.lua`);
  const body = `string.rep("x", ${workload.requestBytes})`;
  const lines = [`wrk.method = "${workload.method}"`, `wrk.body = ${body}`, 'wrk.headers["Content-Type"] = "application/octet-stream"'];
  if (workload.requestBytes > 0) writeFileSync(script, `${lines.join('\n')}\n`);
  const extra = workload.requestBytes > 0 ? ['-s', script] : [];
  return ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...extra, url];
}

/** Reads what wrk printed. */
export function parseWrk(printed: string): LoadFigures {
  return {
    requests: Number(found(printed, /(\d+) requests in /)),
    requestsPerSecond: Number(found(printed, /Requests\/sec:\s+([\d.]+)/)),
    p50: milliseconds(found(printed, /^\s+50%\s+(\S+)/m)),
    p99: milliseconds(found(printed, /^\s+99%\s+(\S+)/m)),
    errors: socketErrors(printed) + Number(/Non-2xx or 3xx responses: (\d+)/.exec(printed)?.[1] ?? 0),
  };
}

function found(printed: string, pattern: RegExp): string {
  const value = pattern.exec(printed)?.[1];
  if (value === undefined) throw new Error(`wrk printed nothing like ${pattern}:\n${printed}`);
  return value;
}

function socketErrors(printed: string): number {
  const line = /Socket errors: (.*)/.exec(printed)?.[1] ?? '';
  return [...line.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0);
}

const inMilliseconds: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** A duration as wrk writes it (`850.00us`, `1.20ms`, `2.00s`, `1.00m`), in ms. */
export function milliseconds(text: string): number {
  const [, amount, unit = ''] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  const factor = inMilliseconds[unit];
  if (amount === undefined || factor === undefined) throw new Error(`not a duration of wrk's: ${text}`);
  return Number(amount) * factor;
}
