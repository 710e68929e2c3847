import express, { type RequestHandler, Router } from 'express';
import type { Pool } from '../pool/pool.ts';
import type { OriginReport } from './api.ts';
import { longestBody } from './body.ts';

/** What can be steered. */
export interface SteeringParts {
  readonly pool: Pool;
  /** How the origin of that id stands now. */
  readonly reportOf: (id: string) => OriginReport | undefined;
  /** The name of the policy in use. */
  readonly policy: () => string;
  /** Switches to the policy of that name; returns what is wrong with the name, if anything is. */
  readonly choosePolicy: (name: string) => string | undefined;
}

/** `PUT /policy` switches the policy; `POST /origins/ID/drain` and `/enable` take an origin out and put it back. */
export function steering({ pool, reportOf, policy, choosePolicy }: SteeringParts): Router {
  const router = Router();
  router.put('/policy', fromHere, express.json({ limit: longestBody, strict: false }), (req, res) => {
    const problem = isNaming(req.body) ? choosePolicy(req.body.name) : 'give JSON such as {"name":"least-requests"}, and nothing else';
    if (problem === undefined) res.json({ policy: policy() });
    else res.status(400).json({ error: problem });
  });
  router.post(
    '/origins/:id/drain',
    fromHere,
    steer(reportOf, (id) => pool.roster.drain(id)),
  );
  router.post(
    '/origins/:id/enable',
    fromHere,
    steer(reportOf, (id) => pool.roster.enable(id)),
  );
  return router;
}

/** Does something to the origin that the path names, and answers how it stands then. */
function steer(reportOf: SteeringParts['reportOf'], act: (id: string) => void): RequestHandler<{ id: string }> {
  return ({ params: { id } }, res) => {
    act(id);
    res.json(reportOf(id));
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
