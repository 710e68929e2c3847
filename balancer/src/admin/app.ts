import express, { type Express } from 'express';
import type { Pool } from '../pool/pool.ts';

/** What the admin side shows. */
export interface AdminParts {
  readonly pool: Pool;
  readonly policy: string;
  /** Whether new requests are welcome: false from the moment a stop begins. */
  readonly ready: () => boolean;
}

/** The admin app: `/healthz` says that the process lives, `/readyz` that it takes requests, `/api/status` what it balances over. */
export function createAdmin({ pool, policy, ready }: AdminParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_req, res) => void res.type('text').send('ok\n'));
  app.get('/readyz', (_req, res) => {
    if (ready()) res.type('text').send('ready\n');
    else res.status(503).type('text').send('stopping\n');
  });
  app.get('/api/status', (_req, res) => void res.json({ policy, origins: pool.status() }));
  app.use((_req, res) => void res.status(404).type('text').send('404 Not Found: try /readyz, /healthz or /api/status\n'));
  return app;
}
