import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../e2e/process.ts';
import { deadOrigin, startOrigin } from './origins.ts';
import { seen } from './until.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function run(args: string[], env?: Record<string, string>): Program {
  const program = new Program('balancer/src/main.ts', args, env);
  ends.push(() => program.end());
  return program;
}

async function answer(port: number): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe.each([1, 2])('the balancer as a process with --threads %i', (threads) => {
  const balancer = (args: string[], env?: Record<string, string>) => run([`--threads=${threads}`, ...args], env);

  test('serves over the origins it is given, by flag or environment, and logs every request', async () => {
    const origin = await startOrigin();
    ends.push(origin.close);
    const program = balancer(['-port=0', '--admin-port=off', '--log=pretty'], { ORIGINS: origin.origin.url.href });
    expect(await answer(await program.port())).toEqual({ status: 200, body: String(origin.port) });
    await program.printed(new RegExp(`GET / → ${origin.origin.id} 200 in [\\d.]+ ms`));
  });

  test('answers 502 when no origin answers, and logs which were tried and why each failed', async () => {
    const rude = await Promise.all([0, 1].map(() => startOrigin((req) => req.socket.destroy())));
    ends.push(...rude.map(({ close }) => close));
    const program = balancer(['--port=0', '--admin-port=off', '--log=pretty', `--origins=${rude.map(({ origin }) => origin.url).join()}`]);
    const { status, body } = await answer(await program.port());
    expect(status).toBe(502);
    expect(body).not.toContain('connection closed');
    await program.printed(/→ 127\.0\.0\.1:\d+ connection closed → 127\.0\.0\.1:\d+ connection closed ⇒ 502/);
  });

  test('answers 503 once it knows that all origins are down, and logs why', async () => {
    const down = deadOrigin();
    const program = balancer(['--port=0', '--admin-port=off', '--log=pretty', `--origins=${down.url}`]);
    const port = await program.port();
    await program.printed(new RegExp(`${down.id} is down: 1 of 1 probes failed, ECONNREFUSED`));
    // Threads hear of it a moment after the main one has said it.
    const told = await seen(
      () => answer(port),
      ({ status }) => status === 503,
    );
    expect(told.body).toContain('no origin is ready');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('finishes what is in flight on %s, then exits 0', async (signal) => {
    const arrived = Promise.withResolvers<() => void>();
    const origin = await startOrigin((_req, res) => arrived.resolve(() => res.end('finished')));
    ends.push(origin.close);
    const program = balancer(['--port=0', '--admin-port=0', `--origins=${origin.origin.url.href}`]);
    const response = answer(await program.port());
    const finish = await arrived.promise;
    program.signal(signal);
    await program.printed(new RegExp(`${signal}: stopping`));
    finish();
    expect(await response).toEqual({ status: 200, body: 'finished' });
    expect(await program.status()).toBe(0);
  });

  test('exits 1 on a second signal, without waiting', async () => {
    const arrived = Promise.withResolvers<void>();
    const origin = await startOrigin(() => arrived.resolve());
    ends.push(origin.close);
    const program = balancer(['--port=0', '--admin-port=off', `--origins=${origin.origin.url.href}`]);
    const hangingUp = answer(await program.port()).catch((error: NodeJS.ErrnoException) => error.code);
    await arrived.promise;
    program.signal('SIGTERM');
    await program.printed(/SIGTERM: stopping/);
    program.signal('SIGTERM');
    expect(await program.status()).toBe(1);
    expect(await hangingUp).toBe('ECONNRESET');
  });
});

describe('a start that cannot be', () => {
  test('lists every problem and exits 2, with no stack trace', async () => {
    const program = run(['--port', '99999', '--origins', 'ftp://x']);
    expect(await program.status()).toBe(2);
    expect(program.output).toBe(
      [
        'balancer: this configuration cannot be used',
        '  --port: "99999" is not a port; give a whole number from 0 to 65535 (0 picks a free one)',
        '  --origins: "ftp://x" is not an http:// or https:// URL; give one such as http://localhost:8081\n',
      ].join('\n'),
    );
  });

  test.each([
    ['port', 1],
    ['port', 2],
    ['admin-port', 1],
    ['admin-port', 2],
  ])('says which --%s is taken and exits 1, with --threads %i', async (option, threads) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    ends.push(async () => void squatter.close());
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const flags = ['--port=0', '--admin-port=0', '--host=127.0.0.1', `--threads=${threads}`];
    const program = run([...flags, `--${option}=${port}`]);
    expect(await program.status()).toBe(1);
    expect(program.output).toBe(`balancer: port ${port} is taken (EADDRINUSE); choose another with --${option}\n`);
  });

  test('prints help and version and exits 0', async () => {
    const [help, version] = [run(['--help']), run(['--version'])];
    expect(await help.status()).toBe(0);
    expect(help.output).toContain('--origins');
    expect(await version.status()).toBe(0);
    expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
