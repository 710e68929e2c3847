import { afterEach, expect, test } from '@jest/globals';
import { Journey } from '../../../balancer/src/brain/dispatch/journey.ts';
import { BudgetShare, RetryBudget } from '../../../balancer/src/brain/dispatch/retry-budget.ts';
import { Deploy } from '../../../balancer/src/brain/pool/deploy.ts';
import { Figures } from '../../../balancer/src/brain/pool/figures.ts';
import { Lease } from '../../../balancer/src/brain/pool/lease.ts';
import { Ledger } from '../../../balancer/src/brain/pool/ledger.ts';
import { MainRoster } from '../../../balancer/src/brain/pool/main-roster.ts';
import { Member } from '../../../balancer/src/brain/pool/member.ts';
import { Offer } from '../../../balancer/src/brain/pool/offer.ts';
import { Pool } from '../../../balancer/src/brain/pool/pool.ts';
import { WaitingRoom } from '../../../balancer/src/brain/queue/waiting-room.ts';
import { Matcher } from '../../../balancer/src/brain/route/matches.ts';
import { RateTable } from '../../../balancer/src/brain/route/rate-table.ts';
import { Split } from '../../../balancer/src/brain/route/split.ts';
import { Preference } from '../../../balancer/src/brain/select/preference.ts';
import { failureIn } from '../play.ts';
import { scenarioOf } from '../scenario.ts';

/** Undoes what was planted. */
const undo: (() => void)[] = [];
afterEach(() => {
  for (const back of undo.splice(0)) back();
});

/** Puts another method in the place of one; it is handed the one that was there. */
function plant<Kind extends object, Name extends keyof Kind & string>(
  { prototype }: { readonly prototype: Kind },
  name: Name,
  // biome-ignore lint/suspicious/noExplicitAny: methods of all kinds are planted over
  bug: (this: Kind, right: (...args: any[]) => any, ...args: any[]) => unknown,
): void {
  const before = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  undo.push(() => Object.defineProperty(prototype, name, before));
  if (before.get) {
    const { get } = before;
    Object.defineProperty(prototype, name, {
      ...before,
      get(this: Kind) {
        return bug.call(this, get.bind(this));
      },
    });
    return;
  }
  Object.defineProperty(prototype, name, {
    ...before,
    value(this: Kind, ...args: unknown[]) {
      return bug.call(this, before.value.bind(this), ...args);
    },
  });
}

/** What is found in the first of so many seeds that anything is found in. */
function caught(first: number, seeds: number): string {
  for (let seed = first; seed < first + seeds; seed += 1) {
    const failure = failureIn(scenarioOf(seed), seed);
    if (failure) return failure.problem;
  }
  return `nothing in ${seeds} seeds`;
}

const every = (times: number) => {
  let count = 0;
  return () => {
    count += 1;
    return count % times === 0;
  };
};

/** What is planted, what must be found, and a seed that soon does: where the brain has changed, that may be a later one. */
type Bug = [what: string, problem: RegExp, seed: number, plantIt: () => void];

/** Routes that do not as they say. */
const routeBugs: readonly Bug[] = [
  [
    'a route that takes what is another’s, one in fifty',
    /route \d+ took .+, and route (?:\d+|none) should/,
    1,
    () => {
      const now = every(50);
      plant(Matcher, 'match', (right, asked) => right(asked) || now());
    },
  ],
  [
    'a key that has another pool with each request',
    /key .+ is in \w+ and in \w+, and no share made it move/,
    44,
    () =>
      plant(Split, 'byKey', function () {
        return this.byChance(Math.random());
      }),
  ],
  [
    'keys that move to pools whose share is what it was when any share changes',
    /key .+ is in \w+ and in \w+, and no share made it move/,
    373,
    () =>
      plant(Split, 'byKey', function (right, key) {
        const shares = [0.1, 0.3, 0.5, 0.7, 0.9].map((at) => this.byChance(at).pool);
        return right(key + shares.join());
      }),
  ],
  [
    'a limit that lets one in ten through without a token',
    /let more through than \d+ a second and \d+ at once/,
    52,
    () => {
      const now = every(10);
      plant(RateTable, 'take', (right, ...args) => (now() ? 0 : right(...args)));
    },
  ],
  [
    'a limit that counts twice',
    /turned away what it may let through/,
    13,
    () =>
      plant(RateTable, 'take', (right, ...args) => {
        right(...args);
        return right(...args);
      }),
  ],
];

/** Deploys that don't do what they promise. */
const deployBugs: readonly Bug[] = [
  [
    'new origins that get requests as soon as each is well',
    /got a request before .+, which is deployed with it, was well/,
    19,
    () => plant(MainRoster, 'replace', (right, origins) => right(origins)),
  ],
  ['new origins that take over unseen', /took over, and (?:is|no probe)/, 18, () => plant(MainRoster, 'isWellHeld', () => true)],
  [
    'a deploy that failed and leaves its origins there',
    /a deploy failed, and the list is/,
    17,
    () => {
      let givesUp = false;
      plant(Deploy, 'giveUp', (right, reason) => {
        givesUp = true;
        right(reason);
        givesUp = false;
      });
      plant(MainRoster, 'replace', (right, ...args) => (givesUp ? undefined : right(...args)));
    },
  ],
  [
    'a deploy that forgets an origin',
    /is deployed in place of .+, the list is/,
    18,
    () => {
      let takesOver = false;
      plant(MainRoster, 'release', (right, ...args) => {
        takesOver = true;
        right(...args);
      });
      plant(MainRoster, 'replace', (right, origins, isHeld) => {
        right(takesOver && origins.length > 1 ? origins.slice(1) : origins, isHeld);
        takesOver = false;
      });
    },
  ],
];

/** Rooms in which one waits for what is none of its business. */
const roomBugs: readonly Bug[] = [
  ['a pause that holds nobody', /began while \w+ was paused/, 21, () => plant(Ledger, 'pausedUntil', () => 0)],
  ['a pause whose end nobody hears of', /wait in \w+, where nobody runs/, 7, () => plant(Ledger, 'announcePlace', () => undefined)],
  [
    'a pause that holds other pools as well',
    /wait in \w+, where nobody runs/,
    40,
    () => {
      const all = new Map<Ledger, () => number>();
      plant(Ledger, 'pausedUntil', function (right) {
        all.set(this, right);
        return Math.max(...[...all.values()].map((read) => read()));
      });
    },
  ],
  [
    'waiting rooms that count who waits for other pools',
    /was turned away since too many wait, and \d+ do where \d+ may/,
    7,
    () => {
      let all = 0;
      plant(Ledger, 'wait', (right, count) => {
        all += count;
        right(count);
        return all;
      });
    },
  ],
  [
    'a pool that finds nobody, one in fifty times',
    /found nobody to take it, and origin-\d+ is ready/,
    2,
    () => {
      const now = every(50);
      plant(Offer, 'candidates', (right, except) => (now() ? [] : right(except)));
    },
  ],
];

/** All bugs. */
const bugs: readonly Bug[] = [
  [
    'a lease that is never given back, one in fifty',
    /counts \d+ in flight, and \d+ are/,
    2,
    () => {
      const now = every(50);
      plant(Lease, 'release', (right) => (now() ? undefined : right()));
    },
  ],
  [
    'a lease that is counted twice',
    /counts \d+ in flight, and \d+ are/,
    1,
    () => plant(Figures, 'count', (right, n) => right(n === 1 ? 2 : n)),
  ],
  [
    'a place that is never given back, one in fifty',
    /requests count as running, and \d+ are/,
    3,
    () => {
      const now = every(50);
      plant(WaitingRoom, 'leave', (right, client) => (now() ? undefined : right(client)));
    },
  ],
  ['a waiting room without an end', /requests wait, where \d+ may/, 105, () => plant(Ledger, 'wait', (right, n) => Math.min(right(n), n))],
  ['retries without a budget', /requests are on a retry, where \d+ may be/, 97, () => plant(RetryBudget, 'tryTake', () => true)],
  [
    'a retry whose room is never free again',
    /was not tried again, though only \d+ of \d+ requests are on a retry/,
    61,
    () => plant(BudgetShare, 'answered', () => undefined),
  ],
  [
    'ejections without a limit',
    /origins are ejected, where \d+ may be/,
    97,
    () => plant(MainRoster, 'eject', (right, origin, reason) => right(origin, reason, 1)),
  ],
  ['a request that meets the same origin again', /was at origin-\d+ 2 times/, 6, () => plant(Pool, 'candidates', (right) => right([]))],
  ['an origin that is never full', /which had \d+ of \d+ already/, 2, () => plant(Member, 'placed', () => 0)],
  [
    'requests for origins that are out',
    /which is (?:down|ejected|draining|drained|starting)/,
    6,
    () => plant(Member, 'isReady', () => true),
  ],
  [
    'a POST that is sent twice',
    /a POST, was sent twice/,
    31,
    () =>
      plant(Journey, 'reasonToStop', (right) => {
        const reason = right();
        return reason?.includes('may not be done twice') ? undefined : reason;
      }),
  ],
  [
    'a dead thread whose places stay taken',
    /count as running, and \d+ are|counts \d+ in flight/,
    21,
    () => plant(Ledger, 'reclaim', () => undefined),
  ],
  ['turns that are not counted', /waits for \d\.\d turns/, 56, () => plant(Ledger, 'nextTurn', () => 1)],
  [
    'keys that move without a reason',
    /moved from origin-\d+ to origin-\d+/,
    8,
    () => plant(Preference, 'score', () => Math.random() + 0.1),
  ],
  ['a drain that never ends', /drains for ever|never goes/, 28, () => plant(MainRoster, 'finished', () => undefined)],
  [
    'a lock that is taken twice',
    /holds the lock already/,
    1,
    () =>
      plant(Pool, 'view', function (right, ...args) {
        return this.exclusively(() => right(...args));
      }),
  ],
  ...routeBugs,
  ...deployBugs,
  ...roomBugs,
  [
    'a story that tells of another end',
    /its client got|its story says/,
    6,
    () => plant(Journey, 'ended', (right, outcome) => right(outcome.kind === 'failed' ? { kind: 'abandoned' } : outcome)),
  ],
];

test.each(bugs)('storm finds %s', (_what, problem, seed, plantIt) => {
  plantIt();
  expect(caught(seed, 400)).toMatch(problem);
});

test('storm finds a world that does not end', () => {
  expect(failureIn(scenarioOf(1), 1, 1000)?.problem).toBe('it is not over after 1000 steps');
});

test('and nothing where nothing is planted', () => {
  expect(caught(1, 60)).toBe('nothing in 60 seeds');
});
