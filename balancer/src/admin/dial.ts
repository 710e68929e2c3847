import { type RequestHandler, Router } from 'express';
import { request } from 'undici';
import type { Origin } from '../pool/origin.ts';
import type { Pool } from '../pool/pool.ts';
import { UnknownOrigin } from '../pool/roster.ts';
import { jsonBody } from './body.ts';

/** The longest that an origin may take to do as it is told, in ms. */
const patience = 2000;

/** The longest answer of an origin that is passed on, in bytes. */
const longestAnswer = 64 * 1024;

/** An origin does not say what it was asked. */
class NoDial extends Error {}

/**
 * `GET`, `PUT` and `DELETE /origins/ID/fault` and `/health`, and `POST /origins/ID/crash`: what the origins of the demo let people do
 * to them under `/_origin/` (docs/origins.md), passed on to the origin itself. They refuse all that comes through the public port.
 */
export function dial(pool: Pool): Router {
  const router = Router();
  for (const name of ['fault', 'health']) {
    router.put(`/origins/:id/${name}`, jsonBody, passOn(pool, 'PUT', name));
    router.delete(`/origins/:id/${name}`, passOn(pool, 'DELETE', name));
  }
  router.get('/origins/:id/fault', passOn(pool, 'GET', 'fault'));
  router.post('/origins/:id/crash', passOn(pool, 'POST', 'crash'));
  return router;
}

function passOn(pool: Pool, method: 'GET' | 'PUT' | 'DELETE' | 'POST', name: string): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const member = pool.roster.memberCalled(req.params.id);
    if (!member) throw new UnknownOrigin(`there is no origin ${req.params.id.slice(0, 100)}`);
    try {
      const { status, said } = await asked(member.origin, method, name, method === 'PUT' ? req.body : undefined);
      res.status(status).json(said);
    } catch (error) {
      res.status(502).json({ error: `${member.origin.id} ${problemIn(error as Error & { code?: string })}` });
    }
  };
}

/** Asks an origin; resolves with its status and JSON. Rejects where it gives neither, or something else. */
async function asked(
  { url }: Origin,
  method: 'GET' | 'PUT' | 'DELETE' | 'POST',
  name: string,
  body: unknown,
): Promise<{ status: number; said: unknown }> {
  const {
    statusCode,
    headers,
    body: answer,
  } = await request(new URL(`/_origin/${name}`, url), {
    ...{ method, headersTimeout: patience, bodyTimeout: patience, signal: AbortSignal.timeout(patience) },
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await limited(answer);
  if (/^application\/json\b/.test(String(headers['content-type']))) return { status: statusCode, said: JSON.parse(text) };
  if (statusCode < 300) return { status: 200, said: { said: text.trim() } };
  throw new NoDial(`has no /_origin/${name}: it answers ${statusCode}`);
}

async function limited(answer: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer) {
    size += piece.length;
    if (size > longestAnswer) throw new NoDial('says more than is passed on');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function problemIn(error: Error & { code?: string }): string {
  if (error instanceof NoDial) return error.message;
  if (error instanceof SyntaxError) return 'answers no JSON';
  if (error.name === 'TimeoutError') return `does not answer within ${patience / 1000} s`;
  return `can not be asked (${error.code ?? error.name})`;
}
