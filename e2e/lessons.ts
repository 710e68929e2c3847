import { parseArgs } from 'node:util';
import type { LessonReport, LessonResult } from '../balancer/src/admin/api.ts';
import { Program } from './process.ts';

/*
 * Plays the live checks of the course on a stack, one after the other, and prints what they found. The stack is one that runs, or with
 * `--start` one that is started here, on ports that nobody has.
 */

const usage = `npm run lessons -- [--admin http://localhost:8090] [--token TOKEN] [--only 1,2,3] [--times 1] [--quiet]
npm run lessons -- --start [--threads 2]`;

const { values } = parseArgs({
  options: {
    admin: { type: 'string', default: 'http://localhost:8090' },
    token: { type: 'string' },
    only: { type: 'string' },
    times: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const chapters = values.only?.split(',').map(Number) ?? Array.from({ length: 14 }, (_, index) => index + 1);
const counts = { passed: 0, failed: 0 };
const programs: Program[] = [];

if (values.help) console.log(usage);
else {
  try {
    const admin = values.start ? await startStack() : values.admin;
    for (let time = 0; time < Number(values.times); time += 1) for (const chapter of chapters) await check(admin, chapter);
  } finally {
    await Promise.all(programs.map((program) => program.end()));
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/** Four origins and a balancer over them, as `npm start` has them but for the ports. Resolves with where its admin side is. */
async function startStack(): Promise<string> {
  const started = (...words: readonly [file: string, args: readonly string[]]) => {
    const program = new Program(...words);
    programs.push(program);
    return program;
  };
  const origins = [1, 2, 3, 4].map(() => started('origin/src/main.ts', ['--port', '0']));
  const ports = await Promise.all(
    origins.map(async (origin) => Number((await origin.printed(/port:? (\d+)|:(\d+)/)).slice(1).find(Boolean))),
  );
  const balancer = started('balancer/src/main.ts', [
    ...['--port', '0', '--admin-port', '0', '--threads', values.threads, '--log', 'pretty', '--demo', 'on', '--explain', 'always'],
    ...['--health-path', '/_origin/health', '--origins', ports.map((port) => `http://localhost:${port}`).join(', ')],
  ]);
  await balancer.port();
  return (await balancer.printed(/admin on (http:\S+)/))[1] as string;
}

/** Plays one check and prints what it found. */
async function check(admin: string, chapter: number): Promise<void> {
  try {
    const { title } = await ask<LessonReport>(admin, chapter, 'GET');
    tell(chapter, title, await ask<LessonResult>(admin, chapter, 'POST'));
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED ${chapter}: ${error instanceof Error ? error.message : error}`);
  }
}

function tell(chapter: number, title: string, { pass, numbers, sentence, tookMs }: LessonResult): void {
  counts[pass ? 'passed' : 'failed'] += 1;
  console.log(`${pass ? 'ok    ' : 'FAILED'} ${chapter}. ${title}, in ${(tookMs / 1000).toFixed(1)} s: ${sentence}`);
  if (pass && values.quiet) return;
  for (const { name, measured, expected, ok } of numbers) {
    console.log(`         ${ok ? ' ' : '!'} ${name}: ${measured ?? 'nothing'} (expected ${expected})`);
  }
}

/** Asks for a check. Rejects with what the admin side says where it refuses. */
async function ask<Said>(admin: string, chapter: number, method: string): Promise<Said> {
  const answer = await fetch(new URL(`/api/lessons/${chapter}/check`, admin), {
    method,
    headers: values.token === undefined ? {} : { authorization: `Bearer ${values.token}` },
    signal: AbortSignal.timeout(30_000),
  });
  const said = (await answer.json()) as Said & { readonly error?: string };
  if (!answer.ok) throw new Error(`${answer.status}: ${said.error}`);
  return said;
}
