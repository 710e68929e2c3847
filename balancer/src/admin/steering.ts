import { type RequestHandler, Router } from 'express';
import type { Pool } from '../pool/pool.ts';
import type { OriginReport } from './api.ts';
import { jsonBody } from './body.ts';
import { readFields, textOf } from './fields.ts';
import { refuse, refuseProblems } from './refuse.ts';

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
  router.put('/policy', jsonBody, (req, res) => {
    const reading = readFields(req.body, policyFields);
    if ('problems' in reading) return refuseProblems(res, reading.problems);
    const problem = choosePolicy(reading.values.name);
    if (problem === undefined) res.json({ policy: policy() });
    else refuse(req, res, 400, problem);
  });
  router.post(
    '/origins/:id/drain',
    steer(reportOf, (id) => pool.roster.drain(id)),
  );
  router.post(
    '/origins/:id/enable',
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

const policyFields = { name: textOf('the name of a policy, as in {"name":"least-requests"}') };
