import { policies } from '../brain/select/policies.ts';
import type { Scenario } from './scenario.ts';
import { anyOf, boolean, type Check, either, listOf, number, object, optional, text } from './shapes.ts';

/** Worlds to be played side by side with the same seed: what the playground of the course saves, and `npm run simulate -- --scenario` plays. */
export interface ScenarioFile {
  readonly version: 1;
  readonly seed: number;
  readonly sides: readonly { readonly name: string; readonly scenario: Scenario }[];
}

/** A file that can't be played, with everything that is wrong with it. */
export class BadScenario extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Where JSON has nothing, there is no limit: it has no word for infinity. */
const boundless = number(0, Number.POSITIVE_INFINITY, true);
const ms = number(0, 86_400_000);
const share = number(0, 1);
const count = number(0, 1_000_000);
const place = number(0, 1000);
const weight = number(0, 1000);
const listed = listOf(object({ origin: place, weight }));
const pool = optional(place);

const settings = {
  policy: anyOf(...Object.keys(policies)),
  asksLoad: optional(boolean),
  pool: object({ maxConnections: number(1, 1_000_000), slowStart: ms }),
  room: object({ maxWaiting: count, maxWait: ms, maxRunning: either(boundless, anyOf('fair')) }),
  patience: object({ connect: ms, response: ms }),
  ...{ retries: number(0, 100), totalTimeout: ms, retryBudget: optional(anyOf('off')), drainTimeout: optional(boundless) },
  health: object({ interval: ms, timeout: ms, rise: number(1, 1000), fall: number(1, 1000), maxEjected: share }),
};

/** What each kind of event has besides its kind and time. */
const happenings: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  condition: { origin: place, condition: anyOf('up', 'crashed', 'hung') },
  slow: { origin: place, times: number(0.001, 10_000) },
  errors: { origin: place, share },
  dependency: { share },
  drain: { origin: place, pool },
  enable: { origin: place, pool },
  reload: { origins: listed, pool },
  settings: { changes: object(Object.fromEntries(Object.entries(settings).map(([name, check]) => [name, optional(check)]))), pool },
  add: { origin: place, weight, backup: boolean, pool },
  remove: { origin: place, pool },
  reweigh: { origin: place, weight, pool },
  deploy: { origins: listed, timeout: ms, pool },
  pause: { ms, pool },
  resume: { pool },
  rate: { rate: number(0.001, 100_000) },
  restart: { balancer: place },
  burst: { requests: count },
  loseThread: { balancer: place, thread: place },
};

const event: Check = (value, path) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  const own = typeof kind === 'string' ? happenings[kind] : undefined;
  if (!own) return { problems: anyOf(...Object.keys(happenings))(kind, `${path}.kind`).problems, value };
  return object({ kind: text, at: ms, ...own })(value, path);
};

const scenario = object({
  seconds: number(0.001, 86_400),
  origins: listOf(
    object({ pace: number(0, 3_600_000), workers: number(1, 10_000), queue: optional(count), weight, backup: boolean }),
    1,
    1000,
  ),
  balancers: number(1, 100),
  threads: number(1, 64),
  settings: object(settings),
  clients: object({
    ...{ count: number(1, 1_000_000), rate: number(0, 100_000), posts: share, patience: boundless, retries: number(0, 100) },
    ...{ hosts: optional(listOf(text)), paths: optional(listOf(text)), hot: optional(share), sticky: optional(boolean) },
    work: optional(either(anyOf('even'), object({ share, times: number(0, 10_000) }))),
    arrivals: optional(anyOf('even')),
  }),
  events: listOf(event),
});

const file = object({
  version: anyOf(1),
  seed: number(-2_147_483_648, 2_147_483_647),
  sides: listOf(object({ name: text, scenario }), 1, 10),
});

/** Reads a file's text. Throws BadScenario with every mistake, each with where it is and what would be right. Routes and pools can't be in it. */
export function readScenarioFile(json: string): ScenarioFile {
  const { problems, value } = file(parsed(json), '');
  if (problems.length > 0) throw new BadScenario(problems);
  return value as ScenarioFile;
}

/** The text of such a file. */
export function writeScenarioFile(content: ScenarioFile): string {
  const finite = (_key: string, value: unknown) => (value === Number.POSITIVE_INFINITY ? null : value);
  return `${JSON.stringify(content, finite, 2)}\n`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new BadScenario([`this is no JSON: ${(error as Error).message}`]);
  }
}
