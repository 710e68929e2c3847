import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { threads } from '../road.ts';
import { SharedBalancer } from '../running.ts';
import { certificateFile, startTlsOrigin } from '../tls-origin.ts';
import { ask, Client } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A balancer in a process that trusts the origin's certificate, and one of one thread. */
const trusting = sharing(threads);
const ofOneThread = threads === 1 ? trusting : sharing(1);
afterAll(() => Promise.all([...new Set([trusting, ofOneThread])].map((each) => each.end())));

function sharing(threads: number): SharedBalancer {
  // Nothing is late because the machine is slow.
  return new SharedBalancer(['--retries=0', '--connect-timeout=60s', '--health-timeout=60s'], {
    NODE_EXTRA_CA_CERTS: certificateFile,
    THREADS: String(threads),
  });
}

/** Has one balance over one origin; resolves with its port. */
async function balancerOver(origins: string, balancer = trusting): Promise<number> {
  return (await balancer.with({ origins })).port;
}

/** A balancer in a process that trusts nobody but those whom everybody trusts. */
async function strangerOver(origin: string): Promise<number> {
  const program = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=off', '--retries=0', `--origins=${origin}`]);
  ends.push(() => program.end());
  return program.port();
}

async function tlsOrigin() {
  const origin = await startTlsOrigin();
  ends.push(origin.close);
  return origin;
}

async function answerTo(port: number, target: string): Promise<string> {
  const client = await Client.to(port);
  ends.push(() => client.leave());
  return client.send(ask(target, 'Connection: close')).end();
}

describe('an origin over TLS that prefers HTTP/2', () => {
  test('is asked by HTTP/1.1, each time, under its name', async () => {
    const { port, requests } = await tlsOrigin();
    const at = await balancerOver(`https://localhost:${port}`);
    for (const target of ['/one', '/two']) expect(await answerTo(at, target)).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nover 1\.1$/);
    expect(requests).toEqual(['1.1 GET /one localhost', '1.1 GET /two localhost']);
  });

  test('is asked without a name where it is known by its address', async () => {
    const { port, requests } = await tlsOrigin();
    expect(await answerTo(await balancerOver(`https://127.0.0.1:${port}`), '/')).toMatch(/^HTTP\/1\.1 200 /);
    expect(requests).toEqual(['1.1 GET / no name']);
  });

  test('keeps its connection, whichever hosts its clients ask for', async () => {
    const { port, server } = await tlsOrigin();
    // Those that requests come by: a probe has one of its own.
    const connections = new Set<unknown>();
    server.on('request', ({ socket }) => connections.add(socket));
    const at = await balancerOver(`https://localhost:${port}`, ofOneThread);
    for (const host of ['one.example', 'other.example', 'one.example']) {
      const client = await Client.to(at);
      ends.push(() => client.leave());
      await client.send(ask('/', 'Connection: close').replace('Host: a', `Host: ${host}`)).end();
    }
    expect(connections.size).toBe(1);
  });

  test('gets no request where nobody vouches for its certificate', async () => {
    const { port, requests } = await tlsOrigin();
    // A probe may find it before the request does, or after.
    expect(await answerTo(await strangerOver(`https://localhost:${port}`), '/')).toMatch(/^HTTP\/1\.1 50[23] /);
    expect(requests).toEqual([]);
  });
});
