import { type RequestHandler, type Response, Router } from 'express';
import type { Answers, DecisionQuery, Question } from '../brain/story/desk.ts';

/** The most exchanges that one list shows. */
const mostListed = 1000;

/** How many it shows where nobody says it. */
const usuallyListed = 100;

/** Asks whoever serves clients about decisions. */
export type Ask = <Asked extends Question>(question: Asked) => Answers[Asked['about']] | Promise<Answers[Asked['about']]>;

/**
 * `GET /decisions` lists the latest exchanges, `/decisions/ID` says of one why it went where it went; `/latest-decision` says it of
 * the latest at once, since with thousands a second whoever asks twice comes too late; with `?pool=` of the latest in a pool.
 */
export function decisions(ask: Ask): Router {
  const router = Router();
  router.get('/decisions', list(ask));
  router.get('/decisions/:id', async (req, res) => {
    const report = await ask({ about: 'one', id: req.params.id });
    if (report) res.json(report);
    else
      res
        .status(404)
        .json({ error: `no decision about ${req.params.id.slice(0, 128)} is remembered; /api/decisions lists those that are` });
  });
  router.get('/latest-decision', latest(ask));
  return router;
}

function latest(ask: Ask): RequestHandler {
  return async ({ query }, res) => {
    const problems = problemsIn(query, ['pool']);
    if (problems.length > 0) return refuse(res, problems);
    const [found] = await ask({ about: 'list', query: { ...queryFrom(query), limit: 1 } });
    res.json((found && (await ask({ about: 'one', id: found.id }))) ?? null);
  };
}

function list(ask: Ask): RequestHandler {
  return async ({ query }, res) => {
    const problems = problemsIn(query);
    if (problems.length > 0) refuse(res, problems);
    else res.json({ decisions: await ask({ about: 'list', query: queryFrom(query) }) });
  };
}

function refuse(res: Response, problems: readonly string[]): void {
  res.status(400).json({ error: 'this can not be listed', problems });
}

type Given = Readonly<Record<string, unknown>>;

/** What each parameter may be, and how to say that. */
const parameters: Readonly<Record<string, { readonly right: string; readonly takes: (value: string) => boolean }>> = {
  limit: {
    right: `a whole number from 1 to ${mostListed}`,
    takes: (value) => /^\d{1,4}$/.test(value) && +value >= 1 && +value <= mostListed,
  },
  pool: { right: 'the name of a pool', takes: (value) => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(value) },
  origin: { right: 'the id of an origin, such as localhost:8081', takes: (value) => value.length > 0 && value.length <= 300 },
  status: { right: 'a status such as 503, or a class such as 5xx', takes: (value) => /^[1-5](\d\d|xx)$/.test(value) },
};

function problemsIn(query: Given, names = Object.keys(parameters)): string[] {
  return Object.entries(query).flatMap(([name, value]) => {
    const known = names.includes(name) ? parameters[name] : undefined;
    if (!known) return [`${name.slice(0, 100)}: unknown; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`];
    return typeof value === 'string' && known.takes(value) ? [] : [`${name}: give ${known.right}`];
  });
}

function queryFrom({ limit, pool, origin, status }: Given): DecisionQuery {
  return {
    limit: limit === undefined ? usuallyListed : Number(limit),
    ...(pool === undefined ? {} : { pool: String(pool) }),
    ...(origin === undefined ? {} : { origin: String(origin) }),
    ...(status === undefined ? {} : { status: String(status) }),
  };
}
