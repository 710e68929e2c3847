import { Program } from '../../e2e/process.ts';

/** A running balancer, its ports and its admin side. */
export interface Running {
  readonly program: Program;
  readonly port: number;
  admin(path: string, method?: string, body?: object): Promise<Response>;
  /** Every origin as the admin side shows it. */
  origins(): Promise<{ id: string; state: string; summary: string; inFlight: number }[]>;
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
