import type { OriginPlan, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, patient, scene, withClients, withSettings } from '../chapters/scenes.ts';

/** Servers of the quiz do one thing at a time, for 400 ms. */
export const pace = 400;

/** So many such servers, each busy for a part of its time. */
export function busy(servers: number, load: number, policy = 'round-robin', seconds = 240): Scenario {
  return patient(scene(alike(servers, pace, 1), rateFor(servers, load), seconds, policy));
}

/** Requests a second that keep such servers busy for a part of their time. */
export function rateFor(servers: number, load: number): number {
  return (servers * load * 1000) / pace;
}

/** The same world with other servers. */
export function withOrigins(scenario: Scenario, origins: readonly OriginPlan[]): Scenario {
  return { ...scenario, origins };
}

/** The same world, in which something happens to an origin from one second to another. */
export function withFault(
  scenario: Scenario,
  kind: 'crashed' | 'hung' | 'failing' | 'slow',
  from: number,
  to: number,
  origin = 1,
): Scenario {
  const [begin, end] = [
    { origin, at: from * 1000 },
    { origin, at: to * 1000 },
  ];
  const faults: Record<typeof kind, Scenario['events']> = {
    crashed: [
      { kind: 'condition', condition: 'crashed', ...begin },
      { kind: 'condition', condition: 'up', ...end },
    ],
    hung: [
      { kind: 'condition', condition: 'hung', ...begin },
      { kind: 'condition', condition: 'up', ...end },
    ],
    failing: [
      { kind: 'errors', share: 1, ...begin },
      { kind: 'errors', share: 0, ...end },
    ],
    slow: [
      { kind: 'slow', times: 10, ...begin },
      { kind: 'slow', times: 1, ...end },
    ],
  };
  return { ...scenario, events: [...scenario.events, ...faults[kind]] };
}

/** An origin that answers everything with an error, and at once. */
export function withFastFailure(scenario: Scenario, ejection: boolean): Scenario {
  const { health } = scenario.settings;
  const events: Scenario['events'] = [
    { kind: 'errors', origin: 1, share: 1, at: 0 },
    { kind: 'slow', origin: 1, times: 0.01, at: 0 },
  ];
  return { ...withSettings(scenario, { health: { ...health, maxEjected: ejection ? 0.5 : 0 } }), events };
}

/** Nobody answers, and no probe notices; each request may be tried three times more. */
export function silent(budget: boolean): Scenario {
  const calm = scene(alike(4, 10, 4), 500, 6, 'round-robin');
  const health = { ...calm.settings.health, interval: 1_000_000, fall: 1000, maxEjected: 0 };
  const settings = { health, retries: 3, patience: { connect: 1000, response: 100 }, ...(budget ? {} : { retryBudget: 'off' as const }) };
  const events = [0, 1, 2, 3].map((origin) => ({ kind: 'condition' as const, origin, condition: 'hung' as const, at: 50 }));
  return { ...withSettings(calm, settings), events };
}

/** All requests are from few clients, and one of them sends two fifths. */
export function hot(policy: string): Scenario {
  return withClients(busy(4, 0.5, policy), { hot: 0.4, count: 100 });
}
