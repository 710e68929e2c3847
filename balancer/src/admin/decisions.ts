import { type RequestHandler, Router } from 'express';
import type { Answers, DecisionQuery, Question } from '../brain/story/desk.ts';

/** The most exchanges that one list shows. */
const mostListed = 1000;

/** How many it shows where nobody says it. */
const usuallyListed = 100;

/** Asks whoever serves clients about decisions. */
export type Ask = <Asked extends Question>(question: Asked) => Answers[Asked['about']] | Promise<Answers[Asked['about']]>;

/**
 * `GET /decisions` lists the latest exchanges, `/decisions/ID` says of one why it went where it went; `/latest-decision` says it of
 * the latest at once, since with thousands a second whoever asks twice comes too late.
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
  router.get('/latest-decision', async (_req, res) => {
    const [latest] = await ask({ about: 'list', query: { limit: 1 } });
    res.json((latest && (await ask({ about: 'one', id: latest.id }))) ?? null);
  });
  return router;
}

function list(ask: Ask): RequestHandler {
  return async ({ query }, res) => {
    const problems = problemsIn(query);
    if (problems.length > 0) res.status(400).json({ error: 'this can not be listed', problems });
    else res.json({ decisions: await ask({ about: 'list', query: queryFrom(query) }) });
  };
}

type Given = Readonly<Record<string, unknown>>;

/** What each parameter may be, and how to say that. */
const parameters: Readonly<Record<string, { readonly right: string; readonly takes: (value: string) => boolean }>> = {
  limit: {
    right: `a whole number from 1 to ${mostListed}`,
    takes: (value) => /^\d{1,4}$/.test(value) && +value >= 1 && +value <= mostListed,
  },
  origin: { right: 'the id of an origin, such as localhost:8081', takes: (value) => value.length > 0 && value.length <= 300 },
  status: { right: 'a status such as 503, or a class such as 5xx', takes: (value) => /^[1-5](\d\d|xx)$/.test(value) },
};

function problemsIn(query: Given): string[] {
  return Object.entries(query).flatMap(([name, value]) => {
    const known = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!known) return [`${name.slice(0, 100)}: unknown; there are ${Object.keys(parameters).join(', ')}`];
    return typeof value === 'string' && known.takes(value) ? [] : [`${name}: give ${known.right}`];
  });
}

function queryFrom({ limit, origin, status }: Given): DecisionQuery {
  return {
    limit: limit === undefined ? usuallyListed : Number(limit),
    ...(origin === undefined ? {} : { origin: String(origin) }),
    ...(status === undefined ? {} : { status: String(status) }),
  };
}
