import { type RequestHandler, Router } from 'express';
import type { Pool } from '../brain/pool/pool.ts';
import type { Origin } from '../brain/select/origin.ts';
import { type Answered, askOrigin, NoAnswer, type Question } from './ask-origin.ts';
import { jsonBody } from './body.ts';
import { isObject } from './fields.ts';

/**
 * The way to what origins of this project let one break (docs/origins.md): `/origins/ID/fault` (GET, PUT, DELETE), `/health` (PUT,
 * DELETE) and `/crash` (POST). What the origin says is passed back with its status; an origin without such a dial, or without an
 * answer, is a 502 that says so.
 */
export function dial(pool: Pool): Router {
  const router = Router();
  router.get('/origins/:id/fault', pass(pool, '/_origin/fault'));
  router.put('/origins/:id/fault', jsonBody, pass(pool, '/_origin/fault'));
  router.delete('/origins/:id/fault', pass(pool, '/_origin/fault'));
  router.put('/origins/:id/health', jsonBody, pass(pool, '/_origin/health'));
  router.delete('/origins/:id/health', pass(pool, '/_origin/health'));
  router.post('/origins/:id/crash', crash(pool));
  return router;
}

/** Asks the origin that the path names the same on its own port, and passes on what it says. */
function pass(pool: Pool, path: string): RequestHandler<{ id: string }> {
  return async ({ method, params: { id }, body }, res) => {
    // Express answers HEAD by GET; a HEAD's answer would have nothing to pass on.
    const question: Question = { method: method === 'HEAD' ? 'GET' : method, path, ...(method === 'PUT' ? { body: body ?? null } : {}) };
    const { origin } = pool.roster.named(id);
    const answered = await askOrigin(origin, question);
    res.status(answered.status).json(dialled(id, question, answered));
  };
}

/** What an origin says when its dial is asked. Rejects with NoAnswer where there is no dial, or no answer. */
export async function askDial(origin: Origin, question: Question): Promise<object> {
  return dialled(origin.id, question, await askOrigin(origin, question));
}

/** Lets an origin crash. It says so in words for people, which are passed on, and is gone. */
function crash(pool: Pool): RequestHandler<{ id: string }> {
  return async ({ params: { id } }, res) => {
    const question = { method: 'POST', path: '/_origin/crash' };
    const answered = await askOrigin(pool.roster.named(id).origin, question);
    if (answered.status !== 202) throw noDial(id, question, answered);
    res.json({ said: answered.text.trim() });
  };
}

/** What a dial says: done, or what is wrong with what was asked. Nothing else is a dial's answer. */
function dialled(id: string, question: Question, answered: Answered): object {
  const said = answered.status === 200 || answered.status === 400 ? objectIn(answered.text) : undefined;
  if (!said) throw noDial(id, question, answered);
  return said;
}

function noDial(id: string, { method, path }: Question, { status }: Answered): NoAnswer {
  return new NoAnswer(
    `${id} is no origin that can be broken: it answered ${method} ${path} with ${status}, and not as docs/origins.md has it`,
  );
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
