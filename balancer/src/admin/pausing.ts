import { Router } from 'express';
import { jsonBody } from './body.ts';
import { changed } from './change.ts';
import { readFields, textOf } from './fields.ts';
import type { Readers } from './membership.ts';
import { refuseProblems } from './refuse.ts';
import type { ShownPool } from './shown-pool.ts';

/**
 * `POST /pause {"for":"30s"}` holds a pool's requests back for at most that long, in its waiting room: those that run go on. `POST /resume`
 * lets them go before. Both answer how long the pause goes on, in ms.
 */
export function pausing(
  { pause, name }: ShownPool,
  { read, note }: { readonly read: Readers; readonly note: (message: string) => void },
): Router {
  const router = Router();
  router.post('/pause', jsonBody, (req, res) => {
    const reading = readFields(req.body, fields);
    if ('problems' in reading) return refuseProblems(res, reading.problems);
    const length = read.duration(reading.values.for);
    if ('problems' in length) return refuseProblems(res, length.problems);
    changed(res, pauseInWords(pause.left), pauseInWords(length.value));
    pause.begin(length.value);
    note(`pool ${name} is paused for ${reading.values.for}`);
    res.json({ pausedMs: length.value });
  });
  router.post('/resume', (_req, res) => {
    changed(res, pauseInWords(pause.left), pauseInWords(0));
    pause.end();
    note(`pool ${name} goes on`);
    res.json({ pausedMs: 0 });
  });
  return router;
}

function pauseInWords(left: number): string {
  return left > 0 ? `paused for ${Math.round(left)} ms` : 'not paused';
}

const fields = { for: textOf('how long at most, as in {"for":"30s"}') };
