import { once } from 'node:events';
import { createServer } from 'node:net';
import { usageOf } from './cpu.ts';
import type { LoadMaker } from './load.ts';
import type { LoadFigures } from './load-task.ts';
import type { Workload } from './workloads.ts';

/** How long a server may take until it answers, in ms. */
const patience = 15_000;

/** Rejects with the system's error where a port is taken: a stranger's server there would be measured instead of ours. */
export async function ensureFree(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** Resolves once a server gives the right answer to a workload's request; rejects if it doesn't in time. */
export async function ready(name: string, port: number, workload: Workload): Promise<void> {
  const until = performance.now() + patience;
  let seen = await ask(port, workload);
  while (seen !== right(workload) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = await ask(port, workload);
  }
  if (seen !== right(workload)) throw new Error(`${name} answers the ${workload.title} with ${seen}, not ${right(workload)}`);
}

function right({ responseBytes }: Workload): string {
  return `200 and ${responseBytes} bytes`;
}

async function ask(port: number, { path, method, requestBytes }: Workload): Promise<string> {
  try {
    const body = requestBytes > 0 ? 'x'.repeat(requestBytes) : null;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body, signal: AbortSignal.timeout(patience) });
    return `${response.status} and ${(await response.bytes()).length} bytes`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

/** What a spell of load came to, for its clients and for the server. */
export interface Measurement {
  readonly load: LoadFigures;
  readonly used: { readonly cpuMicros: number; readonly memoryMiB: number };
}

/** A server to measure: where it listens, and its process. */
export interface Server {
  readonly port: number;
  readonly pid: number;
}

/** Warms a server up, then measures it for the given time. Only what it used while it was measured counts. */
export async function measure(
  { port, pid }: Server,
  workload: Workload,
  load: LoadMaker,
  spell: { readonly warmUp: number; readonly seconds: number; readonly connections: number },
): Promise<Measurement> {
  const url = `http://127.0.0.1:${port}${workload.path}`;
  await load.run({ url, workload, seconds: spell.warmUp, connections: spell.connections });
  const before = usageOf(pid);
  const figures = await load.run({ url, workload, seconds: spell.seconds, connections: spell.connections });
  const after = usageOf(pid);
  return { load: figures, used: { cpuMicros: after.cpuMicros - before.cpuMicros, memoryMiB: after.memoryMiB } };
}
