import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadFigures, LoadTask } from './load-task.ts';
import { versionOf } from './machine.ts';

/** The words that run autocannon for a task. A body is read from a file, which is written to the given folder. */
export function autocannonCommand({ url, workload, seconds, connections }: LoadTask, folder: string): string[] {
  const file = join(folder, `${workload.requestBytes}-bytes`);
  if (workload.requestBytes > 0) writeFileSync(file, 'x'.repeat(workload.requestBytes));
  const body = workload.requestBytes > 0 ? ['-i', file, '-H', 'content-type=application/octet-stream'] : [];
  return [...program(), '--json', '--no-progress', '-c', String(connections), '-d', String(seconds), '-m', workload.method, ...body, url];
}

/** autocannon's own version. */
export function autocannonVersion(): string {
  const [node = '', ...args] = program();
  return versionOf(node, ...args, '--version');
}

function program(): string[] {
  return [process.execPath, fileURLToPath(import.meta.resolve('autocannon'))];
}

/** Whether autocannon is installed in this repository. */
export function hasAutocannon(): boolean {
  try {
    import.meta.resolve('autocannon');
    return true;
  } catch {
    return false;
  }
}

/** Reads the JSON that autocannon printed. */
export function parseAutocannon(printed: string): LoadFigures {
  const { requests, latency, errors, non2xx } = JSON.parse(printed);
  return { requests: requests.total, requestsPerSecond: requests.average, p50: latency.p50, p99: latency.p99, errors: errors + non2xx };
}
