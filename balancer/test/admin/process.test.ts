import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { deadOrigin } from '../origins.ts';
import { seen } from '../until.ts';
import { Client } from '../wire/hostile.ts';
import { startByteOrigin } from '../wire/through.ts';

const token = 'correct-horse-battery';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function run(args: string[], env: Record<string, string>): Program {
  const program = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=0', `--origins=${deadOrigin().url}`, ...args], env);
  ends.push(() => program.end());
  return program;
}

/** A balancer whose admin side other machines reach, and its port there. */
async function exposed(args: string[], env: Record<string, string>): Promise<{ program: Program; admin: string }> {
  const program = run(['--log=pretty', ...args], { ADMIN_HOST: '*', ...env });
  const [, port] = await program.printed(/admin on http:\/\/\*:(\d+)/);
  await program.port();
  return { program, admin: `http://127.0.0.1:${port}` };
}

test('an admin side that others reach does not start without a token', async () => {
  const program = run([], { ADMIN_HOST: '0.0.0.0' });
  expect(await program.status()).toBe(2);
  expect(program.output).toBe(
    'balancer: this configuration cannot be used\n  ADMIN_HOST: "0.0.0.0" lets other machines reach the admin side, and nothing asks who ' +
      'they are; give an --admin-token of 16 or more characters, --admin-allow with the addresses that may ask, or --admin-token open where something else guards the port\n',
  );
});

test('a token is asked for, and is in nothing that the balancer says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'balancer.yml');
  writeFileSync(file, 'retries: 1');
  const { program, admin } = await exposed([`--config=${file}`], { ADMIN_TOKEN: token });
  expect((await fetch(`${admin}/api/status`)).status).toBe(401);
  expect((await fetch(`${admin}/healthz`)).status).toBe(200);
  const status = await fetch(`${admin}/api/status`, { headers: { Authorization: `Bearer ${token}` } });
  expect(status.status).toBe(200);
  expect(await status.text()).not.toContain(token);
  writeFileSync(file, 'retries: 2\nadmin-token: another-secret-of-mine');
  await program.printed(/configuration changed: retries/);
  program.signal('SIGTERM');
  expect(await program.status()).toBe(0);
  expect(program.output).not.toContain(token);
  expect(program.output).not.toContain('another-secret');
});

test('whoever the admin port refuses leaves a line, whatever the reason', async () => {
  const { program, admin } = await exposed(['--admin-allow=10.0.0.0/8'], {});
  const { port } = new URL(admin);
  for (const bytes of [
    'nonsense\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET /api/status HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n',
  ]) {
    const client = await Client.to(Number(port));
    ends.push(() => client.leave());
    await client.send(bytes).until(/^HTTP\/1\.1 4\d\d|^HTTP\/1\.1 501/);
  }
  await program.printed(/admin: 127\.0\.0\.1 ⇒ 400 Bad Request\n/);
  await program.printed(/admin: 127\.0\.0\.1 ⇒ 501 Not Implemented: no tunnels here; that makes 2 vain tries in a row\n/);
  await program.printed(/admin: 127\.0\.0\.1 asked for GET \/ and was refused: 400\n/);
  await program.printed(/admin: 127\.0\.0\.1 asked for GET \/api\/status and was refused: 421; that makes 2 vain/);
});

test.each(['1', '2'])('secrets in files are read again on SIGHUP, with %s threads', async (threads) => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  const stickyFile = join(folder, 'sticky');
  writeFileSync(file, `${token}\n`);
  writeFileSync(stickyFile, 'sixteen--letters');
  const origin = await startByteOrigin((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1'));
  ends.push(() => origin.close());
  const args = [`--origins=http://127.0.0.1:${origin.port}`, `--threads=${threads}`, '--sticky=lb', '--probe-path=none'];
  const { program, admin } = await exposed(args, { ADMIN_TOKEN_FILE: file, STICKY_SECRET_FILE: stickyFile });
  const status = async (given: string) => (await fetch(`${admin}/api/status`, { headers: { Authorization: `Bearer ${given}` } })).status;
  const port = await program.port();
  /** The cookie that a client gets who comes with the given one; none if that is understood. */
  const cookie = async (given = '') => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie: given } });
    return answer.headers.get('set-cookie')?.split(';')[0];
  };
  await seen(
    () => fetch(`${admin}/readyz`),
    ({ ok }) => ok,
  );
  const old = await cookie();
  expect([await status(token), await cookie(old)]).toEqual([200, undefined]);

  writeFileSync(file, `new-${token}`);
  writeFileSync(stickyFile, 'sixteen--letter2');
  expect([await status(token), await cookie(old)]).toEqual([200, undefined]);
  program.signal('SIGHUP');
  await program.printed(/configuration changed: sticky-secret, admin-token\n/);
  expect([await status(token), await status(`new-${token}`)]).toEqual([401, 200]);
  const next = await cookie(old);
  expect(next).toMatch(/^lb=/);
  expect(await cookie(next)).toBeUndefined();

  writeFileSync(file, '');
  program.signal('SIGHUP');
  await program.printed(/the running one stays: ADMIN_TOKEN_FILE: \S+ is empty/);
  expect(await status(`new-${token}`)).toBe(200);
  expect(program.output).not.toContain(token);
  expect(program.output).not.toContain('sixteen--');
});

describe('the compose file', () => {
  test('asks a newcomer for no token, lets nobody in but the host, and publishes the port on loopback only', async () => {
    const compose = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
    expect(compose).toMatch(/ADMIN_ALLOW: gateway\n/);
    expect(compose).not.toContain('ADMIN_TOKEN: ');
    expect(compose).toContain('- "127.0.0.1:8090:8090"');
    expect(compose).not.toMatch(/- "(?!127\.0\.0\.1:)[\d.:]*8090"/);
    const { admin } = await exposed([], { ADMIN_ALLOW: 'gateway' });
    expect((await fetch(`${admin}/api/status`)).status).toBe(200);
  });
});
