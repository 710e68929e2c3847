import { type RequestHandler, Router } from 'express';
import { addressOf } from './callers.ts';
import { changed } from './change.ts';
import type { Examiner } from './lessons/examiner.ts';
import { refuse } from './refuse.ts';

/**
 * `GET /N/check` says what the check of a chapter of the course does, how long that takes and what it found the last time; `POST` plays it on
 * this stack and answers what it found, once everything is as it was before. Who leaves before that calls it off.
 */
export function lessons(examiner: Examiner): Router {
  const known: RequestHandler<{ number: string }> = async (req, res, next) => {
    const { number } = req.params;
    const chapters = await examiner.chapters();
    if (/^[1-9]\d?$/.test(number) && Number(number) <= chapters) next();
    else refuse(req, res, 404, `there is no such chapter; the checks are those of chapters 1 to ${chapters}`);
  };
  return Router()
    .use('/:number/check', known)
    .get('/:number/check', async ({ params: { number } }, res) => void res.json(await examiner.report(Number(number))))
    .post('/:number/check', async (req, res) => {
      const left = new AbortController();
      res.once('close', () => left.abort());
      const result = await examiner.run(Number(req.params.number), addressOf(req.socket), left.signal).catch((error) => {
        // Nobody is there any more whom it could be told.
        if (!left.signal.aborted) throw error;
      });
      if (!result) return;
      changed(res, 'a check was played', result.pass ? 'it passed, and everything is as it was' : result.sentence);
      res.json(result);
    });
}
