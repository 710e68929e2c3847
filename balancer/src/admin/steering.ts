import { type RequestHandler, Router } from 'express';
import type { MainRoster } from '../brain/pool/main-roster.ts';
import type { OriginReport } from './api.ts';
import { jsonBody } from './body.ts';
import { changed } from './change.ts';
import { readFields, textOf } from './fields.ts';
import { refuse, refuseProblems } from './refuse.ts';

/** What can be steered. */
export interface SteeringParts {
  readonly roster: MainRoster;
  /** How the origin of that id stands now. */
  readonly reportOf: (id: string) => OriginReport | undefined;
  /** The name of the policy in use. */
  readonly policy: () => string;
  /** Switches to the policy of that name; resolves with what is wrong with the name, if anything is. */
  readonly choosePolicy: (name: string) => Promise<string | undefined>;
  /** Resolves when every thread works as it was told until now, with the numbers of the threads that don't answer. */
  readonly settled: () => Promise<readonly number[]>;
}

/**
 * `PUT /policy` switches the policy; `POST /origins/ID/drain` and `/enable` take an origin out and put it back. Each is answered
 * once it is true in every thread; `notYetIn` names the threads that didn't answer in time, where there are such.
 */
export function steering({ roster, reportOf, policy, choosePolicy, settled }: SteeringParts): Router {
  const router = Router();
  router.put('/policy', jsonBody, async (req, res) => {
    const reading = readFields(req.body, policyFields);
    if ('problems' in reading) return refuseProblems(res, reading.problems);
    const before = policy();
    const problem = await choosePolicy(reading.values.name);
    if (problem === undefined) changed(res, before, policy());
    if (problem === undefined) res.json({ policy: policy(), ...except(await settled()) });
    else refuse(req, res, 400, problem);
  });
  /** Does something to the origin that the path names, and answers how it stands then. */
  const steer = (act: (id: string) => void): RequestHandler<{ id: string }> => {
    return async ({ params: { id } }, res) => {
      const before = roster.named(id).standing.state;
      act(id);
      const silent = await settled();
      // It may have left the list meanwhile.
      changed(res, before, roster.named(id).standing.state);
      res.json({ ...reportOf(id), ...except(silent) });
    };
  };
  router.post(
    '/origins/:id/drain',
    steer((id) => roster.drain(id)),
  );
  router.post(
    '/origins/:id/enable',
    steer((id) => roster.enable(id)),
  );
  return router;
}

/** What an answer says of the threads that don't answer, where there are such. */
export function except(silent: readonly number[]): { readonly notYetIn?: readonly number[] } {
  return silent.length > 0 ? { notYetIn: silent } : {};
}

const policyFields = { name: textOf('the name of a policy, as in {"name":"least-requests"}') };
