import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Lab } from './faults/lab.ts';
import type { LabOrigin } from './faults/lab-origin.ts';
import { failuresIn } from './faults/tally.ts';

/** The file that docs/routes.md explains, over four origins; `shares` are those of its canary. */
function fileOf([one, two, three, four]: readonly LabOrigin[], shares = '{ shop: 95, next: 5 }'): string {
  return `pools:
  shop: { origins: [${one?.url}, ${two?.url} weight=2], policy: least-requests, health-path: /_origin/health }
  next: { origins: [${three?.url}] }
  api:  { origins: [${four?.url}, ${two?.url}], policy: peak-ewma, response-timeout: 5s }
routes:
  - { host: api.example.com, pool: api }
  - { host: shop.example.com, path: /old/, redirect: "https://shop.example.com/new/" }
  - { host: busy.example.com, path: /api, pool: api, strip-prefix: true, rate-limit: 1/m burst=20 key=header:x-user }
  - { host: "*.example.com", split: ${shares}, split-key: cookie:uid }
  - { path: /maintenance, respond: { status: 503, text: back soon, retry-after: 60s } }
  - { pool: shop }
`;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One request on a connection of its own, whose target is sent as it is. */
function ask(port: number, host: string, path = '/', headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request({ port, host: '127.0.0.1', path, agent: false, headers: { Host: host, ...headers } }, async (response) =>
    resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
  );
  sent.on('error', reject).end();
  return promise;
}

/** Where requests of so many users go, in their order; in pipelines, since they are many. */
async function placesOf(port: number, users: readonly number[]): Promise<string[]> {
  const connections = 8;
  const length = Math.ceil(users.length / connections);
  const parts = Array.from({ length: connections }, (_, part) => users.slice(part * length, (part + 1) * length));
  return (await Promise.all(parts.map((part) => pipelined(port, part)))).flat();
}

/** The bodies of the answers to a pipeline, each of which is an origin's port. */
function pipelined(port: number, users: readonly number[]): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const bodies: string[] = [];
  let sent = 0;
  let received = '';
  const socket = connect(port, '127.0.0.1');
  const sendSome = () => {
    const some = users.slice(sent, sent + 50);
    sent += some.length;
    socket.write(some.map((user) => `GET / HTTP/1.1\r\nHost: www.example.com\r\nCookie: uid=user-${user}\r\n\r\n`).join(''));
  };
  const answers = /HTTP\/1\.1 200 OK\r\n[\s\S]*?\r\n\r\n(?:[0-9a-f]+\r\n)?(\d{4,5})(?:\r\n0\r\n\r\n)?/g;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    let end = 0;
    for (const match of received.matchAll(answers)) {
      bodies.push(match[1] ?? '');
      end = match.index + match[0].length;
    }
    received = received.slice(end);
    if (bodies.length === users.length) {
      socket.destroy();
      resolve(bodies);
    } else if (bodies.length === sent) sendSome();
  });
  socket
    .on('error', reject)
    .on('close', () => reject(new Error(`closed after ${bodies.length} of ${users.length}: ${received.slice(0, 500)}`)));
  if (users.length === 0) resolve([]);
  else sendSome();
  return promise;
}

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

describe.each([1, 2])('with threads: %d', (threads) => {
  const folder = mkdtempSync(join(tmpdir(), 'routes-'));
  const file = join(folder, 'balancer.yml');
  let lab: Lab;
  let ports: readonly string[];

  const start = (origins?: readonly LabOrigin[]) =>
    Lab.start((fresh) => {
      writeFileSync(file, fileOf(origins ?? fresh));
      return [`--config=${file}`, `--threads=${threads}`];
    });
  beforeAll(async () => {
    lab = await start();
    ports = lab.origins.map(({ port }) => String(port));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(folder, { recursive: true });
  });

  /** The pool of each place where a request of a canary came to: `shop` or `next`. */
  const poolsOf = (places: readonly string[]) => places.map((place) => (place === ports[2] ? 'next' : 'shop'));

  async function follow(shares: string): Promise<void> {
    const from = lab.balancer.output.length;
    writeFileSync(file, fileOf(lab.origins, shares));
    await lab.balancer.printed(/configuration changed: .*routes/, from);
  }

  test('hosts and paths lead to their pools, and what is no pool’s the balancer answers itself', async () => {
    for (let round = 0; round < 4; round += 1) {
      expect([ports[3], ports[1]]).toContain((await ask(lab.port, 'api.example.com')).body);
      expect([ports[0], ports[1]]).toContain((await ask(lab.port, 'elsewhere.example')).body);
    }
    const moved = await ask(lab.port, 'shop.example.com', '/old/things?size=1');
    expect([moved.status, moved.headers.location]).toEqual([308, 'https://shop.example.com/new/things?size=1']);
    const closed = await ask(lab.port, 'elsewhere.example', '/maintenance/now');
    expect([closed.status, closed.headers['retry-after'], closed.body.trim()]).toEqual([503, '60', 'back soon']);
  });

  test.each([
    '//maintenance',
    '/%6daintenance',
    '/x/../maintenance',
    '/x/%2e%2e/maintenance',
    '/maintenance;a=1',
    '/%2fmaintenance',
    '/x\\..\\maintenance',
  ])('nobody gets past a guard by writing its path as %s', async (path) =>
    expect((await ask(lab.port, 'elsewhere.example', path)).status).toBe(503),
  );

  test('a route takes its prefix off, and lets each user come as often as it may', async () => {
    const statuses = async (user: string) => {
      const all = await Promise.all(numbers(25).map(() => ask(lab.port, 'busy.example.com', '/api/things', { 'X-User': user })));
      const late = all.filter(({ status }) => status === 429);
      expect(late.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
      return [all.filter(({ status }) => status === 200).length, late.length];
    };
    expect(await statuses('one')).toEqual([20, 5]);
    expect(await statuses('other')).toEqual([20, 5]);
  });

  test('a canary gets its share of 20,000 users, within 1 %', async () => {
    const pools = poolsOf(await placesOf(lab.port, numbers(20_000)));
    const share = pools.filter((pool) => pool === 'next').length / pools.length;
    expect(Math.abs(share - 0.05)).toBeLessThan(0.01);
  });

  test('a user stays at its pool over connections, threads and restarts, and moves only to the one that gets a greater share', async () => {
    const users = numbers(400);
    const before = poolsOf(await placesOf(lab.port, users));
    expect(new Set(before)).toEqual(new Set(['shop', 'next']));
    expect(poolsOf(await placesOf(lab.port, users))).toEqual(before);
    await follow('{ shop: 85, next: 15 }');
    const after = poolsOf(await placesOf(lab.port, users));
    expect(after.filter((pool, user) => pool === 'shop' && before[user] === 'next')).toEqual([]);
    expect(after.filter((pool) => pool === 'next').length).toBeGreaterThan(before.filter((pool) => pool === 'next').length);
    await follow('{ shop: 95, next: 5 }');
    expect(poolsOf(await placesOf(lab.port, users))).toEqual(before);
    const other = await start(lab.origins);
    try {
      expect(poolsOf(await placesOf(other.port, users))).toEqual(before);
    } finally {
      await other.close();
    }
  });

  test('one pool is deployed, another is held back, and nobody loses a request', async () => {
    const crowd = lab.crowd({ path: '/', count: 8 });
    const [one, , three, four] = lab.origins as [LabOrigin, LabOrigin, LabOrigin, LabOrigin];
    const deployed = await lab.admin('/api/pools/next/deploy', 'POST', { origins: [one.url] });
    expect([deployed.status, await deployed.json()]).toEqual([200, { origins: [one.id], stillThere: [] }]);
    await lab.admin('/api/pools/api/pause', 'POST', { for: '20s' });
    const held = ask(lab.port, 'api.example.com');
    await lab.until('it waits', async () => (await lab.counts()).pools.some(({ name, waiting }) => name === 'api' && waiting === 1));
    expect((await ask(lab.port, 'elsewhere.example')).status).toBe(200);
    await lab.admin('/api/pools/api/resume', 'POST');
    expect((await held).status).toBe(200);
    await lab.admin('/api/pools/next/deploy', 'POST', { origins: [three.url] });
    expect((await lab.admin('/api/deploy', 'POST', { origins: [four.url] })).status).toBe(409);
    await crowd.stop();
    expect([crowd.samples.length > 0, failuresIn(crowd.samples)]).toEqual([true, 'none']);
  });

  test('a reload brings a pool and takes one away, whose requests finish, and nobody loses one', async () => {
    const crowd = lab.crowd({ path: '/', count: 8 });
    const [, , three, four] = lab.origins as [LabOrigin, LabOrigin, LabOrigin, LabOrigin];
    await four.behave({ delayMs: 1500 });
    const late = numbers(4).map(() => ask(lab.port, 'api.example.com'));
    await lab.until('some run at the pool that goes', async () => (await lab.statusOf(four)).inFlight > 0);
    const from = lab.balancer.output.length;
    const without = fileOf(lab.origins).replace(/ {2}api:.*\n/, `  late: { origins: [${three.url}], policy: first }\n`);
    writeFileSync(file, without.replaceAll('pool: api', 'pool: late'));
    await lab.balancer.printed(/configuration changed: .*pools/, from);
    const names = (await lab.counts()).pools.map(({ name }) => name);
    expect(names).toEqual(['shop', 'next', 'late']);
    expect((await ask(lab.port, 'api.example.com')).body).toBe(ports[2]);
    const answers = await Promise.all(late);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await four.behave({ delayMs: 2 });
    await follow('{ shop: 95, next: 5 }');
    await lab.until('the pool is back', async () => (await ask(lab.port, 'api.example.com')).status === 200);
    await crowd.stop();
    expect([crowd.samples.length > 0, failuresIn(crowd.samples)]).toEqual([true, 'none']);
  });

  test('what is counted is counted by pool, and a story begins with its route', async () => {
    const { headers } = await ask(lab.port, 'api.example.com', '/', { 'X-Request-Id': 'mine' });
    expect(headers['x-lb-decision']).toBeUndefined();
    const metrics = await (await lab.admin('/metrics')).text();
    for (const pool of ['shop', 'next', 'api']) expect(metrics).toContain(`lb_pool_exchanges_running{pool="${pool}"} 0`);
    const decisions = (await (await lab.admin('/api/decisions?limit=1')).json()) as { decisions: [{ id: string }] };
    const story = (await (await lab.admin(`/api/decisions/${decisions.decisions[0].id}`)).json()) as { explanation: string };
    expect(story.explanation).toMatch(/route 1 \(api\.example\.com\) leads to pool api/i);
  });
});
