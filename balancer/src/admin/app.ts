import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Pool } from '../pool/pool.ts';
import { LastOrigin, UnknownOrigin } from '../pool/roster.ts';

/** The longest body of a request, in bytes. */
const longestBody = 1024;

/** What the admin side shows and steers. */
export interface AdminParts {
  readonly pool: Pool;
  /** The name of the policy in use. */
  readonly policy: () => string;
  /** Switches to the policy of that name; returns what is wrong with the name, if anything is. */
  readonly choosePolicy: (name: string) => string | undefined;
  /** Nothing while requests are welcome; else why they are not, in a word or a few. */
  readonly unready: () => string | undefined;
  readonly note: (message: string) => void;
}

/**
 * The admin app: `/healthz` says that the process lives, `/readyz` that it takes requests, `/api/status` what it balances
 * over and how each origin stands; `PUT /api/policy` switches the policy; `POST /api/origins/ID/drain` and `/enable` take an
 * origin out and put it back.
 */
export function createAdmin({ pool, policy, choosePolicy, unready, note }: AdminParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_req, res) => void res.type('text').send('ok\n'));
  app.get('/readyz', (_req, res) => {
    const reason = unready();
    if (reason === undefined) res.type('text').send('ready\n');
    else res.status(503).type('text').send(`${reason}\n`);
  });
  app.get('/api/status', (_req, res) => void res.json({ policy: policy(), origins: pool.status() }));
  app.put('/api/policy', fromHere, express.json({ limit: longestBody, strict: false }), (req, res) => {
    const problem = isNaming(req.body) ? choosePolicy(req.body.name) : 'give JSON such as {"name":"least-requests"}, and nothing else';
    if (problem === undefined) res.json({ policy: policy() });
    else res.status(400).json({ error: problem });
  });
  app.post(
    '/api/origins/:id/drain',
    fromHere,
    steer(pool, (id) => pool.roster.drain(id)),
  );
  app.post(
    '/api/origins/:id/enable',
    fromHere,
    steer(pool, (id) => pool.roster.enable(id)),
  );
  app.use((_req, res) => void res.status(404).type('text').send('404 Not Found: try /readyz, /healthz or /api/status\n'));
  app.use(answerErrors(note));
  return app;
}

/** Does something to the origin that the path names, and answers how it stands then. */
function steer(pool: Pool, act: (id: string) => void): RequestHandler<{ id: string }> {
  return ({ params: { id } }, res) => {
    act(id);
    res.json(pool.status().find((origin) => origin.id === id));
  };
}

/** Whether a body is an object with a name, and nothing else. */
function isNaming(body: unknown): body is { name: string } {
  return (
    typeof body === 'object' && body !== null && Object.keys(body).join() === 'name' && typeof (body as { name: unknown }).name === 'string'
  );
}

/** A browser says which page a request comes from; another site's page may not steer the balancer. */
const fromHere: RequestHandler = (req, res, next) => {
  const { origin, host } = req.headers;
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) next();
  else res.status(403).json({ error: 'this request comes from another site' });
};

/** What a request that can't be done is told; nothing where the mistake is ours. */
function refusalOf(error: Error & { status?: number }): readonly [status: number, sentence: string] | undefined {
  if (error instanceof UnknownOrigin) return [404, error.message];
  if (error instanceof LastOrigin) return [409, error.message];
  if (error instanceof URIError) return [400, 'the path can not be decoded'];
  const isAboutBody = error instanceof SyntaxError || error.status === 413;
  return isAboutBody ? [400, `the body is no JSON of at most ${longestBody} bytes`] : undefined;
}

function answerErrors(note: AdminParts['note']): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    const refusal = refusalOf(error);
    if (!refusal) note(`a mistake inside the balancer: ${error instanceof Error ? error.stack : String(error)}`);
    const [status, sentence] = refusal ?? [500, 'a mistake inside the balancer'];
    res.status(status).json({ error: sentence });
  };
}
