import type { Exchange } from '../../../balancer/src/brain/exchange/exchange.ts';
import { type DecisionReport, reportOf } from '../../../balancer/src/brain/story/report.ts';
import { Simulation } from '../../../balancer/src/simulate/simulation.ts';
import type { RequestToExplain } from '../chapter.ts';
import { urlOf } from './url-of.ts';

/** How far a world is played between two looks at whether the request was found, in ms. */
const stride = 1000;

/** Finds the first request of a world that is as it is wanted, and tells its story as the balancer would; nothing where none is. */
export function explain(request: RequestToExplain): DecisionReport | undefined {
  let found: DecisionReport | undefined;
  const { scenario, seed } = request;
  const simulation = new Simulation(
    scenario,
    seed,
    {
      told: ({ exchange }, status) => {
        if (!found && fits(exchange, status, request)) found = reportOf(exchange, 0);
      },
    },
    urlOf,
  );
  simulation.begin();
  for (let until = stride; !found && until <= scenario.seconds * 1000; until += stride) simulation.playUntil(until);
  if (!found) simulation.finish();
  return found;
}

function fits({ startedAt, attempts }: Exchange, status: number | null, wanted: RequestToExplain): boolean {
  const { after, origin } = wanted;
  if (startedAt < after || attempts.length < (wanted.attempts ?? 1)) return false;
  if (wanted.status !== undefined && status !== wanted.status) return false;
  return origin === undefined || attempts[0]?.origin.id === `origin-${origin + 1}`;
}
