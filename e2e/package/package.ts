import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Checks } from '../checks.ts';
import { Program } from '../process.ts';
import { Container, hasEngine } from './container.ts';
import { installIn, nodeOf, npm, sizeOf } from './npm.ts';

// Makes the npm package, installs it in an empty folder, and runs it there as somebody would who has nothing else, by the oldest Node.js that it is for and by
// this one, also in an empty Debian; and this repository's balancer where only what production needs is installed. Ends with a line `N passed, N failed`.

const root = fileURLToPath(new URL('../..', import.meta.url));
const oldest: string = JSON.parse(readFileSync(join(root, 'balancer/package.json'), 'utf8')).engines.node.replace('>=', '');
/** One that is too old, and is still in use. */
const tooOld = '20.19.0';
/** What an installation may take, in bytes. */
const most = 15 * 1024 * 1024;

const checks = new Checks();
const folder = mkdtempSync(join(tmpdir(), 'package-test-'));
const origins = ['a', 'b'].map(() => new Program('origin/src/main.ts', ['--port=0']));
try {
  const ports = await Promise.all(origins.map((origin) => origin.port()));
  await runAll(ports.map((port) => `http://127.0.0.1:${port}`).join());
} finally {
  for (const origin of origins) await origin.end();
  rmSync(folder, { recursive: true });
}
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);

async function runAll(listed: string): Promise<void> {
  const [old, older] = await Promise.all([nodeOf(oldest, join(folder, 'oldest')), nodeOf(tooOld, join(folder, 'too-old'))]);
  const file = packed();
  const home = join(folder, 'home');
  await installIn(home, file);
  const installed = join(home, 'node_modules/load-balancer-explained');
  checks.hold('an installation is small', sizeOf(join(home, 'node_modules')) < most, `${sizeOf(join(home, 'node_modules'))} bytes`);
  checks.hold('it has no TypeScript', !listing(file).some((path) => path.endsWith('.ts')), `${listing(file).length} files`);
  checks.hold('it has its licence', listing(file).includes('package/LICENSE'), 'LICENSE');

  const nodes = { [`Node.js ${oldest}`]: old, [`Node.js ${process.versions.node}`]: process.execPath };
  for (const [name, node] of Object.entries(nodes)) {
    for (const threads of [1, 2]) await serves(`${name}, ${threads} of its threads:`, node, join(installed, 'launch.cjs'), listed, threads);
    await checksFiles(name, node, join(installed, 'launch.cjs'), listed);
  }
  const pruned = join(folder, 'pruned');
  await prunedTree(pruned);
  await serves(`a pruned checkout with Node.js ${oldest}:`, old, join(pruned, 'balancer/launch.cjs'), listed, 1);
  await inEmptyDebian(old, join(home, 'node_modules'), listed);
  await refusesNode(older, join(installed, 'launch.cjs'));
  await linked(join(home, 'node_modules/.bin/load-balancer-explained'));
}

function packed(): string {
  const printed = execFileSync(process.execPath, [join(root, 'deploy/npm/pack.ts'), folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return printed.trim();
}

function listing(file: string): string[] {
  return execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).trim().split('\n');
}

/** Somebody's server that has nothing yet: the oldest Node.js comes there, and the package. Skipped where there is no Docker, unless all tools must be here. */
async function inEmptyDebian(node: string, modules: string, listed: string): Promise<void> {
  if (!hasEngine() && process.env['ALL_TOOLS'] !== '1') {
    console.log('skipped an empty Debian: no Docker Engine answers here');
    return;
  }
  const container = new Container(join(folder, 'debian'), node, modules);
  try {
    for (const threads of [1, 2])
      await serves(
        `an empty Debian with Node.js ${oldest}, ${threads} of its threads:`,
        container.node,
        container.launcher,
        listed,
        threads,
      );
    const { printed } = await ran(container.node, '--version');
    checks.hold('that was the only Node.js there', printed.trim() === `v${oldest}`, printed);
  } finally {
    container.end();
  }
}

/** Starts a balancer, asks it what somebody would who has just installed it, and stops it. */
async function serves(who: string, node: string, launcher: string, listed: string, threads: number): Promise<void> {
  const flags = ['--port=0', '--admin-port=0', `--threads=${threads}`, `--origins=${listed}`, '--log=pretty'];
  const balancer = new Program(launcher, flags, { NODE_COMPILE_CACHE: '' }, undefined, node);
  try {
    const port = await balancer.port();
    const [, admin = ''] = await balancer.printed(/admin on (\S+)/);
    const answers = await Promise.all(Array.from({ length: 4 }, () => textAt(`http://127.0.0.1:${port}/`)));
    checks.hold(
      `${who} asks every origin`,
      new Set(answers).size === 2 && answers.every((text) => text.startsWith('origin server response')),
      answers,
    );
    const page = await textAt(admin);
    const scripts = [...page.matchAll(/(?:src|href)="(\/dashboard\/[^"]+\.[jt]s)"/g)].map(([, path]) => path ?? '');
    const types: (string | null)[] = [];
    // One after the other: the admin side keeps connections for others.
    for (const path of scripts) types.push((await fetch(`${admin}${path}`)).headers.get('content-type'));
    const all = types.length > 50 && types.every((type) => type?.startsWith('text/javascript'));
    checks.hold(`${who} shows its page`, all, `${types.length} scripts`);
    checks.hold(
      `${who} tells its metrics`,
      (await textAt(`${admin}/metrics`)).includes('lb_exchanges_total{code="2xx"} 4'),
      'lb_exchanges_total',
    );
    balancer.signal('SIGTERM');
    checks.hold(`${who} stops with 0`, (await balancer.status()) === 0, 'SIGTERM');
    checks.hold(`${who} says nothing odd`, !/warning|mistake|at file:/i.test(balancer.output), balancer.output.slice(-300));
  } finally {
    await balancer.end();
  }
}

async function textAt(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function checksFiles(name: string, node: string, launcher: string, listed: string): Promise<void> {
  const file = join(folder, 'balancer.yaml');
  writeFileSync(file, `origins: ${listed.split(',')[0]}\npolicy: peak-ewma\n`);
  await checks.expect(`${name} checks a file`, `${file} can be used\n`, async () => (await ran(node, launcher, 'check', file)).printed);
  writeFileSync(file, 'policy: nonsense\n');
  await checks.expect(`${name} refuses a file with a mistake`, 2, async () => (await ran(node, launcher, 'check', file)).status);
}

/** Too old a version says which is needed, and shows no stack. */
async function refusesNode(node: string, launcher: string): Promise<void> {
  const { status, printed } = await ran(node, launcher, '--help');
  const isSaid = printed.includes(`this is Node.js ${tooOld}, and Node.js ${oldest} or newer is needed`) && !/\n\s+at /.test(printed);
  checks.hold(`Node.js ${tooOld} says what is needed`, status === 2 && isSaid, printed);
}

/** What `npx` runs. */
async function linked(path: string): Promise<void> {
  checks.hold('the command has a help', execFileSync(path, ['--help'], { encoding: 'utf8' }).includes('--origins'), path.split('/').at(-1));
}

/** A checkout in which only what production needs is installed, as the image has it. */
async function prunedTree(to: string): Promise<void> {
  for (const path of [
    'package.json',
    'package-lock.json',
    'balancer/package.json',
    'balancer/launch.cjs',
    'balancer/src',
    'origin/package.json',
  ])
    cpSync(join(root, path), join(to, path), { recursive: true });
  await npm(to, 'ci', '--omit=dev', '--ignore-scripts', '--workspace=balancer');
}

async function ran(node: string, ...words: string[]): Promise<{ readonly status: number; readonly printed: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(node, words);
    return { status: 0, printed: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, printed: stdout + stderr };
  }
}
