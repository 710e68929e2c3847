import { Router } from 'express';
import { jsonBody } from './body.ts';
import { refuseProblems } from './refuse.ts';
import type { TrafficGenerator } from './traffic/generator.ts';
import { readOrder } from './traffic/order.ts';

/** `GET /traffic` says what traffic runs, `POST` starts some in its place, `DELETE` stops it. */
export function traffic(generator: TrafficGenerator): Router {
  const router = Router();
  router.get('/traffic', (_req, res) => void res.json(generator.status));
  router.post('/traffic', jsonBody, (req, res) => {
    const reading = readOrder(req.body ?? {});
    if ('problems' in reading) return refuseProblems(res, reading.problems);
    generator.start(reading.traffic);
    res.status(202).json(generator.status);
  });
  router.delete('/traffic', async (_req, res) => {
    await generator.stop();
    res.json(generator.status);
  });
  return router;
}
