import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../e2e/process.ts';

const programs: Program[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.end();
});

function origin(args: string[], env?: Record<string, string>): Program {
  const program = new Program('origin/src/main.ts', args, env);
  programs.push(program);
  return program;
}

test.each([
  ['--port=0', {}],
  ['-port=0', { PORT: 'x' }],
  [undefined, { PORT: '0' }],
])('listens where %s and %j say, and prints each request', async (arg, env) => {
  const program = origin(arg ? [arg] : [], env as Record<string, string>);
  const port = await program.port();
  const response = await fetch(`http://localhost:${port}/`);
  expect(await response.text()).toBe(`origin server response :${port}`);
  await program.printed(/\[origin server\] received request: \d{4}-\d\d-\d\dT/);
});

test('finishes a request in flight on SIGTERM, closes idle connections, exits 0', async () => {
  const program = origin(['--port=0']);
  const port = await program.port();
  await fetch(`http://localhost:${port}/`); // leaves an idle connection behind
  const client = connect(port, 'localhost').setEncoding('utf8');
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  client.write(request + request.slice(0, -9)); // once the first is answered, the second is half read
  const [first] = await once(client, 'data');
  expect(first).toContain(`origin server response :${port}`);
  program.signal('SIGTERM');
  await program.printed(/stopping/);
  client.write(request.slice(-9));
  const [second] = await once(client, 'data');
  expect(second).toContain(`origin server response :${port}`);
  await once(client, 'close');
  expect(await program.status()).toBe(0);
});

test('crashes when asked to: exits 1 at once, whatever runs', async () => {
  const program = origin(['--port=0']);
  const url = `http://localhost:${await program.port()}`;
  const fault = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"hangRate":1}' };
  expect((await fetch(`${url}/_origin/fault`, fault)).status).toBe(200);
  const cut = fetch(url).catch(() => 'cut');
  await program.printed(/received request/);
  expect((await fetch(`${url}/_origin/crash`, { method: 'POST' })).status).toBe(202);
  expect(await program.status()).toBe(1);
  expect(await cut).toBe('cut');
  expect(program.output).toMatch(/crashing, as POST \/_origin\/crash asked\n$/);
});

test('stops on SIGTERM while a request hangs, an event stream runs and a WebSocket is open', async () => {
  const program = origin(['--port=0']);
  const port = await program.port();
  const url = `http://localhost:${port}/_origin`;
  await fetch(`${url}/fault`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"hangRate":1}' });
  const hanging = fetch(`http://localhost:${port}`);
  await program.printed(/received request/);
  await fetch(`${url}/sse`);
  const socket = new WebSocket(`ws://localhost:${port}/_origin/ws`);
  await once(socket, 'open');
  program.signal('SIGTERM');
  expect((await hanging).status).toBe(200);
  expect(await program.status()).toBe(0);
});

test('says all that is wrong and exits 2', async () => {
  const program = origin(['--prot=1', '-port=99999']);
  expect(await program.status()).toBe(2);
  expect(program.output).toBe(
    [
      'origin: this configuration cannot be used',
      '  --prot: unknown option; see --help',
      '  --port: "99999" is not a port; give a whole number from 0 to 65535 (0 picks a free one)\n',
    ].join('\n'),
  );
});

test('says that its port is taken and exits 1', async () => {
  const squatter = createServer().listen(0);
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  const program = origin([`--port=${port}`]);
  expect(await program.status()).toBe(1);
  expect(program.output).toBe(`origin: port ${port} is taken (EADDRINUSE); choose another with --port\n`);
  squatter.close();
});

test('prints help and version and exits 0', async () => {
  const [help, version] = [origin(['--help']), origin(['--version'])];
  expect([await help.status(), await version.status()]).toEqual([0, 0]);
  expect(help.output).toContain('default: 8081');
  expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/);
});
