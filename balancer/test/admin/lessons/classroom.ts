import { Program } from '../../../../e2e/process.ts';
import { Examiner } from '../../../src/admin/lessons/examiner.ts';
import type { Lesson } from '../../../src/admin/lessons/lesson.ts';
import type { ShownPool } from '../../../src/admin/shown-pool.ts';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { readCommand } from '../../../src/config/read.ts';
import { KeptPool } from '../../../src/pools/kept-pool.ts';
import { world } from '../../../src/process/world.ts';
import { Serving } from '../../../src/serve.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';
import { SharedRates } from '../../../src/threads/shared-rates.ts';

/** Mistakes that are planted in a stack. */
export interface Mistakes {
  /** Flags of the balancer besides the usual ones. */
  readonly flags?: readonly string[];
  /** Whichever policy is asked for, requests go by this one. */
  readonly policy?: string;
}

/** A balancer in the test's own thread over four origins that are programs, and whoever checks what the course says. */
export interface Classroom {
  readonly pool: KeptPool;
  readonly examiner: Examiner;
  readonly port: number;
  readonly notes: readonly string[];
  /** What an origin's own dial says. */
  dial(place: number, method?: string, fault?: object): Promise<{ readonly fault: object | null }>;
  close(): Promise<void>;
}

/** Four origins for several classrooms. */
export async function openOrigins(): Promise<{ readonly ports: readonly number[]; readonly end: () => Promise<unknown> }> {
  const programs = [1, 2, 3, 4].map(() => new Program('origin/src/main.ts', ['--port=0']));
  return { ports: await Promise.all(programs.map((program) => program.port())), end: () => Promise.all(programs.map((one) => one.end())) };
}

/** Opens a classroom over the origins at these ports. `lessons` are the checks, where they are not the course's. */
export async function openClassroom(ports: readonly number[], mistakes: Mistakes = {}, lessons?: readonly Lesson[]): Promise<Classroom> {
  const list = ports.map((port) => `http://127.0.0.1:${port}`).join(',');
  const command = readCommand([`--origins=${list}`, '--health-path=/_origin/health', ...(mistakes.flags ?? [])], {});
  if (command.kind !== 'run') throw new Error('the flags are not a configuration');
  const { config } = command;
  const notes: string[] = [];
  const log = { note: (message: string) => void notes.push(message), refused: () => {}, exchange: () => {} };
  const pool = new KeptPool(
    1,
    { name: 'default', settings: config },
    {
      ...{ threads: 1, world, changed: () => {}, problemWith: () => undefined, overridden: () => {} },
      cut: (number, origin) => serving.cut(number, origin),
    },
  );
  const serving = new Serving(config, {
    ...{ pools: [pool], house: new Ledger(ledgerMemory(1, 0), 0, waits), rates: new SharedRates([], world.now), log },
    ...{ secret: 'a secret of this test alone', instance: 'classroom', tell: (_pool, id, evidence) => pool.health.observe(id, evidence) },
  });
  const { port } = await serving.listen({ port: 0 }, '127.0.0.1');
  const known = Promise.withResolvers<void>();
  pool.health.start(known.resolve);
  await known.promise;
  const choosePolicy = async (_pool: ShownPool, name: string) => {
    pool.choosePolicy(name);
    serving.switchPolicy(1, mistakes.policy ?? name);
    return undefined;
  };
  const examiner = new Examiner(
    {
      ...{ pools: { all: [pool] }, routes: () => [], target: () => `http://127.0.0.1:${port}`, choosePolicy },
      ...{ settled: async () => [], isTrafficMade: () => false, note: log.note },
    },
    lessons && (async () => lessons),
  );
  return {
    ...{ pool, examiner, port, notes },
    dial: async (place, method = 'GET', fault) => {
      const headers = fault ? { 'content-type': 'application/json' } : {};
      const body = fault ? { body: JSON.stringify(fault) } : {};
      const answer = await fetch(`http://localhost:${ports[place]}/_origin/fault`, { method, headers, ...body });
      return (await answer.json()) as { fault: object | null };
    },
    close: async () => {
      examiner.end();
      pool.health.stop();
      pool.pause.end();
      serving.listener.cut();
      await serving.stop();
    },
  };
}
