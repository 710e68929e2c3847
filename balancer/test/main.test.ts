import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Program } from '../../e2e/process.ts';
import { startOrigin, type TestOrigin } from './origins.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function run(args: string[], env?: Record<string, string>): Program {
  const program = new Program('balancer/src/main.ts', args, env);
  ends.push(() => program.end());
  return program;
}

async function answer(port: number, path = '/'): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(get({ port, path, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe.each([1, 2])('the balancer as a process with --threads %i, its port by flag and its origins in the environment,', (threads) => {
  // One process is enough for all that does not end it; the last test does.
  let running: { program: Program; port: number; origin: TestOrigin };
  const arrived = Promise.withResolvers<void>();
  beforeAll(async () => {
    const origin = await startOrigin((req, res) => {
      if (req.url === '/hanging') arrived.resolve();
      else res.end(String(req.socket.localPort));
    });
    const args = [`--threads=${threads}`, '-port=0', '--admin-port=off', '--log=pretty'];
    const program = new Program('balancer/src/main.ts', args, { ORIGINS: origin.origin.url.href });
    running = { program, origin, port: await program.port() };
  });
  afterAll(async () => {
    await running.program.end();
    await running.origin.close();
  });

  test('serves over them, and logs every request', async () => {
    const { program, port, origin } = running;
    expect(await answer(port)).toEqual({ status: 200, body: String(origin.port) });
    await program.printed(new RegExp(`GET / → ${origin.origin.id} 200 in [\\d.]+ ms`));
  });

  test('changes nothing on SIGHUP, since there is no file to read again', async () => {
    const { program, port, origin } = running;
    program.signal('SIGHUP');
    await program.printed(/SIGHUP: nothing to read again/);
    expect(await answer(port)).toEqual({ status: 200, body: String(origin.port) });
  });

  test('exits 1 on a second signal, without waiting', async () => {
    const { program, port } = running;
    const hangingUp = answer(port, '/hanging').catch((error: NodeJS.ErrnoException) => error.code);
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
        '  --origins: "ftp://x" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081\n',
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

test('a SIGHUP that comes while it starts is heard later, and does not end it', async () => {
  const spare = createServer().listen(0, '127.0.0.1');
  await once(spare, 'listening');
  const { port } = spare.address() as AddressInfo;
  await new Promise((closed) => spare.close(closed));
  const program = new Program('balancer/src/main.ts', [
    '--admin-port=off',
    '--host=127.0.0.1',
    `--port=${port}`,
    '--origins=http://127.0.0.1:9',
  ]);
  const accepts = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await accepts()));
  program.signal('SIGHUP');
  await program.printed(/SIGHUP: nothing to read again/);
  expect(await accepts()).toBe(true);
  program.signal('SIGTERM');
  expect(await program.status()).toBe(0);
});
