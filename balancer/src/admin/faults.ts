import { type RequestHandler, Router } from 'express';
import type { Pool } from '../brain/pool/pool.ts';
import type { Origin } from '../brain/select/origin.ts';
import { askDial } from './dial.ts';

/** Origins that are asked at the same time: the first ones of the list. */
const mostAsked = 50;

/** How long an origin that has nothing to say is left alone, in ms. */
const restMs = 5000;

/**
 * `GET /faults`: what each origin of this project says of the fault in force at it, as `/origins/ID/fault` does; null for an origin
 * that can't be broken or gave no answer, which then is not asked again for 5 s. Of a longer list, the first 50. `breakable` has the ids of those that
 * have ever said something: one that has crashed can be broken again.
 */
export function faults(pool: Pool): Router {
  const silentUntil = new Map<string, number>();
  const breakable = new Set<string>();
  const said = async (origin: Origin): Promise<object | null> => {
    if ((silentUntil.get(origin.id) ?? 0) > pool.now()) return null;
    const answer = await askDial(origin, { method: 'GET', path: '/_origin/fault' }).catch(() => null);
    if (answer) {
      silentUntil.delete(origin.id);
      breakable.add(origin.id);
    } else silentUntil.set(origin.id, pool.now() + restMs);
    return answer;
  };
  const askAll = async (): Promise<Record<string, object | null>> => {
    const asked = pool.roster.members.slice(0, mostAsked).map(({ origin }) => origin);
    const answers = await Promise.all(asked.map(async (origin) => [origin.id, await said(origin)] as const));
    for (const ids of [silentUntil, breakable]) for (const id of ids.keys()) if (!pool.roster.memberCalled(id)) ids.delete(id);
    return Object.fromEntries(answers);
  };
  let asking: Promise<Record<string, object | null>> | undefined;
  const all: RequestHandler = async (_req, res) => {
    // Whoever asks meanwhile gets the same answer: many who ask shall not be as many times all origins.
    asking ??= askAll().finally(() => {
      asking = undefined;
    });
    res.json({ faults: await asking, breakable: [...breakable] });
  };
  return Router().get('/faults', all);
}
