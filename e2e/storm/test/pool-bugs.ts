import { Deploy } from '../../../balancer/src/brain/pool/deploy.ts';
import { Ledger } from '../../../balancer/src/brain/pool/ledger.ts';
import { MainRoster } from '../../../balancer/src/brain/pool/main-roster.ts';
import { Offer } from '../../../balancer/src/brain/pool/offer.ts';
import { Matcher } from '../../../balancer/src/brain/route/matches.ts';
import { RateTable } from '../../../balancer/src/brain/route/rate-table.ts';
import { Split } from '../../../balancer/src/brain/route/split.ts';
import { type Bug, every, plant } from './plant.ts';

/** Routes that do not as they say. */
export const routeBugs: readonly Bug[] = [
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
    () => {
      const now = every(2);
      plant(Split, 'byKey', function () {
        return this.byChance(now() ? 0.01 : 0.99);
      });
    },
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
export const deployBugs: readonly Bug[] = [
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
export const roomBugs: readonly Bug[] = [
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
