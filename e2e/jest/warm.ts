import { createHash } from 'node:crypto';
import { existsSync, globSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled, Program } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A balancer that has not stopped after so long, in ms, is ended: the tests will tell why. */
const patience = 30_000;

/** What Jest says of the run that begins: as far as it matters here, whether it is for some of the files only. */
interface Run {
  readonly nonFlagArgs: readonly string[];
  readonly onlyChanged: boolean;
}

/**
 * Before all tests: has a balancer start, serve in two threads, send traffic and stop, unless one has since the sources are as they are.
 * Node keeps what it has compiled only where a program ends by itself, and tests end most of theirs: without this, each would compile
 * everything anew, in every thread.
 */
export default async function warm({ nonFlagArgs, onlyChanged }: Run): Promise<void> {
  const mark = join(compiled, `warm-${sources()}`);
  if (nonFlagArgs.length > 0 || onlyChanged || existsSync(mark)) return;
  const args = ['--port=0', '--admin-port=0', '--threads=2', '--log=pretty', '--demo=on', '--origins=http://127.0.0.1:9'];
  const program = new Program('balancer/src/main.ts', args);
  const end = setTimeout(() => void program.end(), patience);
  try {
    const [, admin = ''] = await program.printed(/admin on (http:\S+)/);
    await program.port();
    await sendOne(`${admin}/api/traffic`);
    program.signal('SIGTERM');
    if ((await program.status()) === 0) writeFileSync(mark, '');
  } catch {
    // What is wrong with it, the tests say better.
  } finally {
    clearTimeout(end);
    await program.end();
  }
}

/** Orders one request; resolves once it was sent. */
async function sendOne(traffic: string): Promise<void> {
  await fetch(traffic, { method: 'POST', body: '{"burst":1}', headers: { 'Content-Type': 'application/json' } });
  let isRunning = true;
  while (isRunning) ({ isRunning } = (await (await fetch(traffic)).json()) as { isRunning: boolean });
}

/** Tells the sources as they are from what they were, by when they were written. */
function sources(): string {
  const hash = createHash('sha256').update(process.version).update(root);
  for (const file of globSync('balancer/src/**/*.ts', { cwd: root }).sort()) hash.update(`${file} ${statSync(join(root, file)).mtimeMs}\n`);
  return hash.digest('hex').slice(0, 16);
}
