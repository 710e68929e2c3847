import express, { type Express, Router } from 'express';
import type { Access } from './access.ts';
import { type Ask, decisions } from './decisions.ts';
import { answerErrors } from './errors.ts';
import type { EventStream } from './events.ts';
import { guard } from './guard.ts';
import { learnPages } from './learn-pages.ts';
import type { Examiner } from './lessons/examiner.ts';
import { lessons } from './lessons.ts';
import { type MetricParts, metrics } from './metrics.ts';
import { inDemosOnly } from './modes.ts';
import { pages } from './pages.ts';
import { type PoolSideParts, poolSides } from './pool-sides.ts';
import type { Reporter } from './report.ts';
import type { ShownPools } from './shown-pool.ts';
import type { TrafficGenerator } from './traffic/generator.ts';
import { traffic } from './traffic.ts';

/** What the admin side shows and steers. */
export interface AdminParts extends Omit<MetricParts, 'status' | 'pools'>, Omit<PoolSideParts, 'reportOf' | 'statusOf' | 'demo'> {
  readonly pools: ShownPools;
  readonly ask: Ask;
  readonly reporter: Reporter;
  readonly events: EventStream;
  readonly traffic: TrafficGenerator;
  readonly examiner: Examiner;
  /** Who may use it now. */
  readonly access: () => Access;
  /** Nothing while requests are welcome; else why they are not, in a word or a few. */
  readonly unready: () => string | undefined;
  readonly note: (message: string) => void;
}

/**
 * The admin app: `/healthz` says that the process lives, `/readyz` that it takes requests, `/api/status` what it balances
 * over and how each origin stands; see `steering` for what can be changed.
 */
export function createAdmin(parts: AdminParts): Express {
  const { pools, reporter } = parts;
  const status = () => reporter.status();
  const demo = inDemosOnly(parts.access);
  const app = express();
  app.disable('x-powered-by');
  app.use(guard(parts));
  app.use(liveness(parts));
  app.use(pages());
  app.use(learnPages());
  app.get('/api/status', (_req, res) => void res.json(status()));
  app.use(metrics({ ...parts, status, pools: () => pools.all }));
  app.get('/api/events', parts.events.serve);
  app.use('/api', decisions(parts.ask));
  app.use('/api/traffic', demo);
  app.use('/api', traffic(parts.traffic));
  app.use('/api/lessons', demo, lessons(parts.examiner));
  app.use(
    '/api',
    poolSides(pools, { ...parts, demo, reportOf: (pool, id) => reporter.origin(pool, id), statusOf: (pool) => reporter.statusOf(pool) }),
  );
  app.use((_req, res) => void res.status(404).type('text').send('404 Not Found: try /readyz, /healthz or /api/status\n'));
  app.use(answerErrors(parts.note));
  return app;
}

/** Whether the process lives, and whether it takes requests. */
function liveness({ unready }: Pick<AdminParts, 'unready'>): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => void res.type('text').send('ok\n'));
  router.get('/readyz', (_req, res) => {
    const reason = unready();
    if (reason === undefined) res.type('text').send('ready\n');
    else res.status(503).type('text').send(`${reason}\n`);
  });
  return router;
}
