import { afterEach, expect, test } from '@jest/globals';
import { Journey } from '../../../balancer/src/brain/dispatch/journey.ts';
import { BudgetShare, RetryBudget } from '../../../balancer/src/brain/dispatch/retry-budget.ts';
import { Figures } from '../../../balancer/src/brain/pool/figures.ts';
import { Lease } from '../../../balancer/src/brain/pool/lease.ts';
import { Ledger } from '../../../balancer/src/brain/pool/ledger.ts';
import { MainRoster } from '../../../balancer/src/brain/pool/main-roster.ts';
import { Member } from '../../../balancer/src/brain/pool/member.ts';
import { Pool } from '../../../balancer/src/brain/pool/pool.ts';
import { WaitingRoom } from '../../../balancer/src/brain/queue/waiting-room.ts';
import { Preference } from '../../../balancer/src/brain/select/preference.ts';
import { failureIn } from '../play.ts';
import { scenarioOf } from '../scenario.ts';
import { type Bug, clean, every, plant } from './plant.ts';
import { deployBugs, roomBugs, routeBugs } from './pool-bugs.ts';

afterEach(clean);

/** What is found in the first of so many seeds that anything is found in. */
function caught(first: number, seeds: number): string {
  for (let seed = first; seed < first + seeds; seed += 1) {
    const failure = failureIn(scenarioOf(seed), seed);
    if (failure) return failure.problem;
  }
  return `nothing in ${seeds} seeds`;
}

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
