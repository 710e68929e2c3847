import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { startOrigin, type TestOrigin } from '../origins.ts';
import { type Running, SharedBalancer } from '../running.ts';
import { ask, Client } from '../wire/hostile.ts';
import { onceDeaf, revealed, slowToHear, stillborn } from './threads.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/**
 * Balancers for many tests, the last of which may end them: one whose threads say which they are, one whose threads hear late of what
 * has changed, and one of whose threads the third can not listen, and none lives long.
 */
const [shared, late, deaf] = [revealed, slowToHear, onceDeaf].map((env) => new SharedBalancer(['--threads=2', '--log=off'], env)) as [
  SharedBalancer,
  SharedBalancer,
  SharedBalancer,
];
afterAll(() => Promise.all([shared, late, deaf].map((each) => each.end())));

const listed = (origins: readonly TestOrigin[]) => origins.map(({ origin }) => origin.url.origin).join(', ');

async function origins(count: number): Promise<TestOrigin[]> {
  const started = await Promise.all(Array.from({ length: count }, () => startOrigin()));
  ends.push(...started.map(({ close }) => close));
  return started;
}

/** Has a shared balancer use a policy until the test is over; resolves with what that says. */
async function choose({ admin }: Running, policy: string): Promise<unknown> {
  const chosen = await admin('/api/policy', 'PUT', { name: policy });
  ends.push(() => admin('/api/policy', 'PUT', { name: 'round-robin' }));
  return chosen.json();
}

/** An origin that holds `/held` back until it is told to answer. */
async function holdingOrigin() {
  const held: (() => void)[] = [];
  const started = await startOrigin((req, res) => {
    if (req.url === '/held') held.push(() => res.end('held until the end'));
    else res.end('at once');
  });
  ends.push(started.close);
  return { ...started, held };
}

/** What came back, and from which thread. */
interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly thread: string;
}

/** One request; on a connection of its own where there is no agent. */
function answer(port: number, agent: Agent | false = false, method = 'GET'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const req = request({ port, host: '127.0.0.1', agent, method }, (res: IncomingMessage) => {
    let body = '';
    res.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    res.on('end', () => resolve({ status: res.statusCode, body, thread: String(res.headers['x-thread']) }));
  });
  req.on('error', reject).end();
  return promise;
}

/** What comes back on new connections, asked for until each of two threads has answered a few. */
async function answersOfBoth(port: number): Promise<string[]> {
  const answers: Answer[] = [];
  const isEnough = () => {
    const threads = new Set(answers.map(({ thread }) => thread));
    return threads.size === 2 && [...threads].every((thread) => answers.filter((each) => each.thread === thread).length >= 3);
  };
  while (!isEnough()) answers.push(await answer(port));
  return answers.map(({ body }) => body);
}

/** Both threads give these answers, and no others. */
async function bothAnswer(port: number, ...bodies: (string | number | undefined)[]): Promise<void> {
  expect(new Set(await answersOfBoth(port))).toEqual(new Set(bodies.map(String)));
}

/** A thread by its number, and clients that are connected to it. */
type Served = readonly [thread: string, clients: Client[]];

/** Connected clients, so many of each of two threads. */
async function clientsOfBoth(port: number, count: number): Promise<[Served, Served]> {
  const clients = new Map<string, Client[]>();
  while (clients.size < 2 || [...clients.values()].some(({ length }) => length < count)) {
    const client = await Client.to(port);
    ends.push(() => client.leave());
    const [, thread = ''] = /X-Thread: (\d+)/.exec(await client.send(ask('/')).until(/\r\n\r\n./)) ?? [];
    const there = clients.get(thread) ?? [];
    if (there.length < count) clients.set(thread, [...there, client]);
    else client.leave();
  }
  return [...clients] as unknown as [Served, Served];
}

/** Resolves once something holds. Rejects where that takes too long. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come: ${holds}`);
    await pause(5);
  }
}

const timesIn = (output: string, pattern: RegExp) => output.match(new RegExp(pattern, 'g'))?.length ?? 0;

describe('round robin over two threads', () => {
  test('rotates exactly with 1,000 requests in a row, each on a connection of its own, and both threads serve them', async () => {
    const four = await origins(4);
    const { port, origins: status } = await shared.with({ origins: listed(four) });
    const answers: Answer[] = [];
    while (answers.length < 1000) answers.push(await answer(port));
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 1000 }, (_, i) => String(four[i % 4]?.port)));
    expect(new Set(answers.map(({ thread }) => thread)).size).toBe(2);
    await until(async () => (await status()).every(({ inFlight }) => inFlight === 0));
  });

  test('gives each of four origins its 2,500 of 10,000 requests at the same time, give or take one', async () => {
    const four = await origins(4);
    const { port, origins: status } = await shared.with({ origins: listed(four) });
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    const threads = new Set<string>();
    const counts = new Map(four.map((each) => [String(each.port), 0]));
    const one = async () => {
      const { body, thread } = await answer(port, agent);
      counts.set(body, (counts.get(body) ?? 0) + 1);
      threads.add(thread);
    };
    await Promise.all(Array.from({ length: 10_000 }, one));
    agent.destroy();
    for (const count of counts.values()) expect(Math.abs(count - 2500)).toBeLessThanOrEqual(1);
    expect([counts.size, threads.size]).toEqual([4, 2]);
    await until(async () => (await status()).every(({ inFlight }) => inFlight === 0));
  });
});

describe('a thread that dies', () => {
  test('takes only its own connections, gives back what it had in flight, and another one takes its place', async () => {
    const { held, ...origin } = await holdingOrigin();
    const { printed, printedSince, port, origins: status } = await shared.with({ origins: origin.origin.url.origin });
    const inFlight = async () => (await status())[0]?.inFlight;
    const [[doomed, [killer, ...lost]], [spared, kept]] = await clientsOfBoth(port, 3);
    for (const client of [...lost, ...kept]) client.send(ask('/held'));
    await until(async () => (await inFlight()) === lost.length + kept.length);

    killer?.send(ask('/', 'X-Die: now'));
    await Promise.all(lost.map((client) => client.end()));
    await printed(/thread \d ended with a mistake: Error: told to die/);
    await printed(/thread \d has ended, and its connections with it; another one takes its place/);
    await until(async () => (await inFlight()) === kept.length);

    for (const finish of held) finish();
    for (const client of kept) await client.until(/held until the end$/);
    await until(async () => (await inFlight()) === 0);
    const threads = new Set<string>();
    await until(async () => threads.add((await answer(port)).thread).size === 2);
    expect(threads).toContain(spared);
    expect(threads).not.toContain(doomed);
    expect(timesIn(printedSince(), /another one takes its place/)).toBe(1);
  });

  test('is followed by one that does what the others have been told since the start', async () => {
    const three = (await origins(3)) as [TestOrigin, TestOrigin, TestOrigin];
    const running = await shared.with({ origins: listed(three) });
    const { printed, port, admin } = running;
    await choose(running, 'first');
    await admin(`/api/origins/${three[0].origin.id}/drain`, 'POST');
    const [[, [killer]]] = await clientsOfBoth(port, 1);
    await killer?.send(ask('/', 'X-Die: now')).end();
    await printed(/another one takes its place/);
    await bothAnswer(port, three[1].port);
  });

  test('leaves what it has counted to the one that takes its place, which goes on from there', async () => {
    const [origin] = (await origins(1)) as [TestOrigin];
    const { printed, port, admin } = await shared.with({ origins: origin.origin.url.origin });
    const picks = async () => ((await (await admin('/api/status')).json()) as { origins: { picks: number }[] }).origins[0]?.picks ?? 0;
    const asked = () => origin.requests.filter(({ url }) => url === '/').length;
    const [[, [killer]]] = await clientsOfBoth(port, 3);
    const before = { picks: await picks(), asked: asked() };
    expect(before.picks).toBe(before.asked);
    await killer?.send(ask('/die', 'X-Die: now')).end();
    await printed(/another one takes its place/);
    // The last request of the thread was picked for, but may never have got to the origin.
    const left = await picks();
    expect([before.picks, before.picks + 1]).toContain(left);
    await answersOfBoth(port);
    expect(await picks()).toBe(left + asked() - before.asked);
  });

  test('is followed by one more where the one in its place can not listen', async () => {
    const { printed, printedSince, port } = await deaf.with({ origins: listed(await origins(1)) });
    const [[, [killer]]] = await clientsOfBoth(port, 1);
    await killer?.send(ask('/', 'X-Die: now')).end();
    await printed(/thread \d can not listen: EMFILE/);
    const threads = new Set<string>();
    await until(async () => threads.add((await answer(port)).thread).size === 2);
    expect(threads).toContain('4');
    expect(timesIn(printedSince(), /can not listen/)).toBe(1);
  });

  test('before it serves makes the balancer exit 1 at once, and not wait for ever', async () => {
    const program = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=0', '--log=pretty', '--threads=2'], stillborn);
    ends.push(() => program.end());
    expect(await program.status()).toBe(1);
    expect(program.output).toContain('thread 0 ended before it listened');
  });
});

/** Sends requests that no balancer may repeat, many at a time, until it is told to stop; then resolves with the status of each. */
function load(port: number): () => Promise<(number | undefined)[]> {
  const agent = new Agent({ keepAlive: true });
  const statuses: (number | undefined)[] = [];
  let isOver = false;
  const walk = async () => {
    while (!isOver) statuses.push((await answer(port, agent, 'POST')).status);
  };
  const walks = Promise.all(Array.from({ length: 8 }, walk));
  return async () => {
    isOver = true;
    await walks;
    agent.destroy();
    return statuses;
  };
}

describe('while requests come all the time', () => {
  test('a drain always comes to its end', async () => {
    const two = (await origins(2)) as [TestOrigin, TestOrigin];
    const { port, admin, origins: status } = await shared.with({ origins: listed(two) });
    const stop = load(port);
    for (let round = 0; round < 50; round += 1) {
      await admin(`/api/origins/${two[1].origin.id}/drain`, 'POST');
      await until(async () => (await status())[1]?.state === 'drained');
      await admin(`/api/origins/${two[1].origin.id}/enable`, 'POST');
    }
    expect(new Set(await stop())).toEqual(new Set([200]));
  });

  test('none is lost when an origin leaves the list', async () => {
    const [stays, leaves] = (await origins(2)) as [TestOrigin, TestOrigin];
    const { printedSince, port } = await shared.with({ origins: listed([stays]) });
    const stop = load(port);
    for (let round = 1; round <= 15; round += 1) {
      shared.tell({ origins: listed([stays, leaves]) });
      await until(() => timesIn(printedSince(), new RegExp(`${leaves.origin.id} is ready`)) === round);
      shared.tell({ origins: listed([stays]) });
      await until(() => timesIn(printedSince(), new RegExp(`${leaves.origin.id} is drained`)) === round);
    }
    expect(new Set(await stop())).toEqual(new Set([200]));
  });
});

describe('both threads follow before it is said, however late they hear of it, and it happens once:', () => {
  test('another configuration file', async () => {
    const [before, after] = (await origins(2)) as [TestOrigin, TestOrigin];
    const { printed, printedSince, port } = await late.with({ origins: listed([before]) });
    await bothAnswer(port, before.port);
    late.tell({ origins: listed([after]), retries: '1' });
    await printed(/configuration changed: origins, retries\n/);
    await bothAnswer(port, after.port);
    expect(timesIn(printedSince(), /configuration changed/)).toBe(1);
    expect(timesIn(printedSince(), new RegExp(`${before.origin.id} is drained`))).toBe(1);
  });

  test('another policy', async () => {
    const [first, second] = (await origins(2)) as [TestOrigin, TestOrigin];
    const running = await late.with({ origins: listed([first, second]) });
    const { printedSince, port } = running;
    await bothAnswer(port, first.port, second.port);
    expect(await choose(running, 'first')).toEqual({ policy: 'first' });
    await bothAnswer(port, first.port);
    expect(timesIn(printedSince(), /policy changed by hand: first/)).toBe(1);
  });

  test.each([1, 2])('a policy chosen by hand, of %d threads, stays as it is when the file changes what it works with', async (threads) => {
    const [first, second] = (await origins(2)) as [TestOrigin, TestOrigin];
    const settings = { origins: listed([first, second]) };
    const own = threads === 2 ? shared : new SharedBalancer([`--threads=${threads}`, '--log=off'], revealed);
    if (own !== shared) ends.push(() => own.end());
    const running = await own.with(settings);
    const { printed, port, admin } = running;
    const policy = async () => ((await (await admin('/api/status')).json()) as { policy: string }).policy;
    const answers = async () => new Set(threads === 2 ? await answersOfBoth(port) : [(await answer(port)).body, (await answer(port)).body]);
    await choose(running, 'first');
    own.tell({ ...settings, 'probe-path': 'none' });
    await printed(/configuration changed: probe-path\n/);
    expect([await policy(), await answers()]).toEqual(['first', new Set([String(first.port)])]);
    own.tell({ ...settings, 'probe-path': 'none', policy: 'random' });
    await printed(/configuration changed: policy\n/);
    expect(await policy()).toBe('random');
    const seen = new Set<string>();
    await until(async () => seen.add((await answer(port)).body).size === 2);
  });

  test('a drain, which is over when what ran in both has ended', async () => {
    const { held, ...draining } = await holdingOrigin();
    const [other] = (await origins(1)) as [TestOrigin];
    const { printedSince, port, admin, origins: status } = await late.with({ origins: listed([draining, other]) });
    const clients = (await clientsOfBoth(port, 2)).flatMap(([, each]) => each);
    for (const client of clients) client.send(ask('/held'));
    await until(() => held.length + other.requests.filter(({ url }) => url === '/held').length === clients.length);
    await admin(`/api/origins/${draining.origin.id}/drain`, 'POST');
    await bothAnswer(port, other.port);
    expect((await status())[0]).toMatchObject({ state: 'draining', inFlight: held.length });
    for (const finish of held) finish();
    await until(async () => (await status())[0]?.state === 'drained');
    await admin(`/api/origins/${draining.origin.id}/enable`, 'POST');
    await bothAnswer(port, 'at once', other.port);
    for (const state of ['draining', 'drained', 'ready'])
      expect(timesIn(printedSince(), new RegExp(`${draining.origin.id} is ${state}`))).toBe(1);
  });

  test('SIGTERM: what runs in both is finished, then the process ends with 0', async () => {
    const { held, ...origin } = await holdingOrigin();
    const { program, printed, printedSince, port } = await late.with({ origins: origin.origin.url.origin });
    const clients = (await clientsOfBoth(port, 2)).flatMap(([, each]) => each);
    for (const client of clients) client.send(ask('/held'));
    await until(() => held.length === clients.length);
    program.signal('SIGTERM');
    await printed(/SIGTERM: stopping/);
    for (const finish of held) finish();
    for (const client of clients) expect(await client.end()).toMatch(/held until the end$/);
    expect(await program.status()).toBe(0);
    expect([timesIn(printedSince(), /stopping/), timesIn(printedSince(), /\] stopped/)]).toEqual([1, 1]);
    expect(printedSince()).not.toContain('has ended');
  });
});

test('a port that another balancer’s threads share is taken', async () => {
  const { printedSince, port } = await shared.with({});
  const second = new Program('balancer/src/main.ts', [`--port=${port}`, '--admin-port=off', '--threads=2']);
  ends.push(() => second.end());
  expect(await second.status()).toBe(1);
  expect(second.output).toBe(`balancer: port ${port} is taken (EADDRINUSE); choose another with --port\n`);
  expect(printedSince()).not.toContain('ended');
});

// From here on, each ends the balancer that it has.

test('a thread that dies once a stop has begun is followed by nobody', async () => {
  const { held, ...origin } = await holdingOrigin();
  const { program, printed, port } = await deaf.with({ origins: origin.origin.url.origin });
  const [[, [killer]], [, [kept]]] = await clientsOfBoth(port, 1);
  kept?.send(ask('/held'));
  await until(() => held.length === 1);
  await killer?.send(ask('/', 'X-Die: now')).end();
  await printed(/another one takes its place/);
  program.signal('SIGTERM');
  await printed(/stopping/);
  // It would start a second after the other one ended.
  await pause(2500);
  await expect(answer(port)).rejects.toThrow('ECONNREFUSED');
  held[0]?.();
  await kept?.until(/held until the end$/);
  expect(await program.status()).toBe(0);
});

test('a thread that hangs makes nobody wait for ever: what it doesn’t follow is said, and a stop ends it', async () => {
  const three = (await origins(3)) as [TestOrigin, TestOrigin, TestOrigin];
  const { program, printed, printedSince, port, admin } = await shared.with({ origins: listed(three), 'drain-timeout': '100ms' });
  const [[, [hanger]]] = await clientsOfBoth(port, 1);
  hanger?.send(ask('/', 'X-Hang: now'));
  // On a busy machine, the request that hangs the thread may come after changes that were asked for later.
  let changed: readonly Record<string, unknown>[] = [];
  while (!changed.every(({ notYetIn }) => notYetIn) || changed.length === 0) {
    const asked = [admin('/api/policy', 'PUT', { name: 'first' }), admin(`/api/origins/${three[0].origin.id}/drain`, 'POST')];
    changed = await Promise.all(asked.map(async (answer) => (await (await answer).json()) as Record<string, unknown>));
  }
  expect(changed).toMatchObject([
    { policy: 'first', notYetIn: [expect.any(Number)] },
    { id: three[0].origin.id, notYetIn: [expect.any(Number)] },
  ]);
  expect((await admin('/api/decisions')).status).toBe(200);
  await printed(/thread \d does not answer: it may be hung, and follows no change/);
  await printed(/what follows is not yet so in thread \d, which does not answer\n.*policy changed by hand: first/);
  program.signal('SIGTERM');
  expect(await program.status()).toBe(0);
  expect(printedSince()).toMatch(/thread \d does not stop, and is ended with all that ran in it/);
  expect(timesIn(printedSince(), /may be hung/)).toBe(1);
});
