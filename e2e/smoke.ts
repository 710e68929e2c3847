import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Checks } from './checks.ts';

const balancer = 'http://localhost:8080';
const admin = 'http://localhost:8090';
const origins = [8081, 8082, 8083, 8084];
const root = new URL('..', import.meta.url);
const checks = new Checks();

await dockerStack();
await withoutDocker();
console.log(checks.summary());
process.exitCode = checks.failed > 0 ? 1 : 0;

/** `docker compose up`, for real: what the README promises of it. The stack is taken down whatever happens. */
async function dockerStack(): Promise<void> {
  console.log('docker compose up');
  try {
    compose('up', '--detach', '--build', '--wait');
    await servesInTurn();
    await explainsItself('origin-1:8081');
    await losesNothingWhileOneIsStopped();
    await drainsByHand();
    await letsOnlyTheHostSteer();
    await checks.expect('logs of the balancer name the origin', true, async () =>
      /GET \/ → origin-1:8081 200 in [\d.]+ ms/.test(compose('logs', 'balancer')),
    );
    await checks.expect('logs of an origin have a line per request', true, async () =>
      /\[origin server\] received request: \d{4}-/.test(compose('logs', 'origin-1')),
    );
    await checks.expect('processes run as node, not root', ['node', 'node'], async () =>
      ['balancer', 'origin-1'].map((service) => compose('exec', service, 'id', '--user', '--name').trim()),
    );
    await stopsByItself();
  } catch (error) {
    await checks.expect('the stack comes up', 'up', () => Promise.reject(error));
    console.log(compose('logs'));
  } finally {
    await checks.expect('docker compose down takes all away', '', async () => {
      compose('down');
      return compose('ps', '--all', '--quiet');
    });
  }
}

/** What is the programs' part of a `docker compose down`: how long the engine takes for its own depends on the machine. */
async function stopsByItself(): Promise<void> {
  compose('stop');
  const ids = compose('ps', '--all', '--quiet').trim().split('\n');
  await checks.expect(
    'every container has ended by itself, with 0',
    ids.map(() => '0'),
    async () => ids.map((id) => run('docker', ['inspect', '--format={{.State.ExitCode}}', id]).trim()),
  );
  const id = compose('ps', '--all', '--quiet', 'balancer').trim();
  const lines = run('docker', ['logs', '--timestamps', id]).split('\n');
  const [begun = 0, ended = Number.POSITIVE_INFINITY] = [/SIGTERM: stopping/, /\] stopped/].map((words) =>
    Date.parse(lines.findLast((line) => words.test(line))?.split(' ', 1)[0] ?? ''),
  );
  checks.hold('an idle balancer stops within 1000 ms', ended - begun <= 1000, `${ended - begun} ms`);
}

/** What makes this balancer another: it tells why, on the answer, in its API and on its page. */
async function explainsItself(first: string): Promise<void> {
  const told = await fetch(balancer);
  const id = told.headers.get('x-lb-decision');
  await checks.expect('an answer says who gave it', first, async () => told.headers.get('x-lb-origin'));
  await checks.expect('and why', true, async () => told.headers.get('x-lb-why')?.includes(`${first} has waited longest`));
  await checks.expect('the admin side tells the whole story', true, async () => {
    const { explanation, wouldHavePicked } = (await (await fetch(`${admin}/api/decisions/${id}`)).json()) as Record<string, string>;
    return explanation?.includes(`round-robin picked ${first} of 4 candidates`) && (wouldHavePicked?.length ?? 0) > 5;
  });
  await checks.expect('the page is there', true, async () =>
    (await (await fetch(`${admin}/`)).text()).includes('<title>Load Balancer Explained'),
  );
  await checks.expect('an origin can be broken and mended from there', [300, null], async () => {
    const path = `${admin}/api/origins/${encodeURIComponent(first)}/fault`;
    const order = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ latencyMs: 300 }) };
    const faults = [await fetch(path, order), await fetch(path, { method: 'DELETE' })];
    const [broken, mended] = (await Promise.all(faults.map((answer) => answer.json()))) as { fault: { latencyMs: number } | null }[];
    return [broken?.fault?.latencyMs, mended?.fault];
  });
  await checks.expect('traffic made there arrives', 8, async () => {
    const before = await picks();
    await fetch(`${admin}/api/traffic`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"burst":8}' });
    for (const end = performance.now() + 5000; (await picks()) < before + 8 && performance.now() < end; ) await delay(50);
    return (await picks()) - before;
  });
  await checks.expect('what was counted can be scraped', true, async () =>
    (await (await fetch(`${admin}/metrics`)).text()).includes(`lb_origin_state{pool="default",origin="${first}",state="ready"} 1`),
  );
}

/** How many picks there were at all origins. */
async function picks(): Promise<number> {
  const { origins: all } = (await (await fetch(`${admin}/api/status`)).json()) as { origins: { picks: number }[] };
  return all.reduce((sum, origin) => sum + origin.picks, 0);
}

async function losesNothingWhileOneIsStopped(): Promise<void> {
  compose('stop', 'origin-2');
  const rest = answersFrom([8081, 8083, 8084]);
  await checks.expect('no request is lost while origin-2 is stopped', rest, async () => [...new Set(await answers(12))].sort());
  await checks.within(10_000, 'the balancer says that origin-2 is down', () => comes('origin-2:8082', 'down'));
  compose('start', 'origin-2');
  await checks.within(10_000, 'the balancer says that origin-2 is ready', () => comes('origin-2:8082', 'ready'));
  await checks.expect('origin-2 is back in turn', answersFrom(origins), async () => (await answers(4)).sort());
}

async function drainsByHand(): Promise<void> {
  await checks.expect('origin-3 is drained by hand', 'drained', () => steer('origin-3:8083', 'drain'));
  await checks.expect('a drained origin gets nothing', answersFrom([8081, 8082, 8084]), async () => [...new Set(await answers(12))].sort());
  await checks.expect('origin-3 is enabled by hand', 'ready', () => steer('origin-3:8083', 'enable'));
  await checks.expect('origin-3 is back in turn', answersFrom(origins), async () => (await answers(4)).sort());
}

/** Whoever took over an origin's container reaches the admin port, and gets nothing there; the host, which needs no token, everything. */
async function letsOnlyTheHostSteer(): Promise<void> {
  const drain = '/api/origins/origin-2:8082/drain';
  await checks.expect('an origin can’t steer the balancer', 403, async () => asksFrom('origin-1', 'POST', `http://balancer:8090${drain}`));
  await checks.expect('nor see what it knows', [403, 403], async () =>
    ['/api/status', '/metrics'].map((path) => asksFrom('origin-1', 'GET', `http://balancer:8090${path}`)),
  );
  await checks.expect('the balancer’s own container can', 200, async () => asksFrom('balancer', 'GET', 'http://localhost:8090/api/status'));
  await checks.expect('so can the host, and nothing was drained', 'ready', async () => {
    const { origins } = (await (await fetch(`${admin}/api/status`)).json()) as { origins: { id: string; state: string }[] };
    return origins.find(({ id }) => id === 'origin-2:8082')?.state;
  });
  await checks.expect('the log says who tried', true, async () =>
    /admin: [\d.]+ asked for POST \/api\/origins\/origin-2:8082\/drain and may not/.test(compose('logs', 'balancer')),
  );
}

/** The status that a request gets which a container of the stack sends, as if to localhost. */
function asksFrom(service: string, method: string, url: string): number {
  const script = `require('node:http').request('${url}', { method: '${method}', headers: { host: 'localhost:8090' } },
    (answer) => { console.log(answer.statusCode); process.exit(); }).end()`;
  return Number(compose('exec', '-T', service, 'node', '-e', script));
}

/** Drains or enables an origin; resolves with its state then. */
async function steer(id: string, action: 'drain' | 'enable'): Promise<string> {
  const response = await fetch(`${admin}/api/origins/${id}/${action}`, { method: 'POST' });
  return ((await response.json()) as { state: string }).state;
}

/** Resolves once an origin is in the given state; rejects if that takes more than 10 s. */
async function comes(id: string, state: string): Promise<void> {
  const end = performance.now() + 10_000;
  const seen = async () => {
    const { origins } = (await (await fetch(`${admin}/api/status`)).json()) as { origins: { id: string; state: string }[] };
    return origins.find((origin) => origin.id === id)?.state;
  };
  while ((await seen()) !== state) {
    if (performance.now() > end) throw new Error(`${id} is ${await seen()}`);
    await delay(50);
  }
}

/** `npm start`: the same five processes on the same ports. */
async function withoutDocker(): Promise<void> {
  console.log('npm start');
  const start = spawn('npm', ['start'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const ended = once(start, 'exit');
  let output = '';
  start.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  try {
    await checks.within(20_000, 'all five processes listen', () => allReady());
    await servesInTurn();
    await explainsItself('localhost:8081');
    await checks.expect('output is named', true, async () => /\[origin-1\].* \[origin server\] received request/.test(output));
  } finally {
    // As Ctrl-C does: SIGINT to the whole group.
    if (start.pid) process.kill(-start.pid, 'SIGINT');
    await checks.within(3000, 'Ctrl-C ends all of them', async () => {
      await ended;
      await Promise.all([balancer, ...origins.map((port) => `http://localhost:${port}`)].map(refuses));
    });
  }
}

async function servesInTurn(): Promise<void> {
  const turns = [...origins, ...origins, ...origins];
  await checks.expect('the balancer is ready', 200, async () => (await fetch(`${admin}/readyz`)).status);
  await checks.expect('12 requests go to the four origins in turn', answersFrom(turns), () => answers(12));
  await checks.expect('every origin answers on its own port', answersFrom(origins), () =>
    Promise.all(origins.map((port) => answer(`http://localhost:${port}`))),
  );
}

function answersFrom(ports: readonly number[]): string[] {
  return ports.map((port) => `origin server response :${port}`);
}

async function answers(count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) seen.push(await answer(balancer));
  return seen;
}

/** The body of a 200; anything else is an error. */
async function answer(url: string): Promise<string> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.text();
}

/** Resolves once the balancer answers and has found every origin ready. */
async function allReady(): Promise<void> {
  while (!(await isUp(`${admin}/readyz`))) await delay(50);
  for (const port of origins) await comes(`localhost:${port}`, 'ready');
}

function isUp(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function refuses(url: string): Promise<void> {
  if (await isUp(url)) throw new Error(`${url} still answers`);
}

/** Runs Compose in the repository's root and returns what it printed; throws if it fails. */
function compose(...args: string[]): string {
  return run('docker', ['compose', ...args]);
}

/** What a command printed. Throws where it ends with anything but 0. */
function run(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}
