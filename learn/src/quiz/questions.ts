import { alike, patient, scene, withClients, withSettings } from '../chapters/scenes.ts';
import { time } from '../show/figure-names.ts';
import { failedPart, of, percents, type Question, shareOf } from './question.ts';
import { busy, hot, pace, rateFor, silent, withFastFailure, withFault, withOrigins } from './worlds.ts';

const yes = { id: 'yes', label: 'Yes' };
const no = { id: 'no', label: 'No' };

const unequal = [...alike(3, pace, 1), ...alike(1, pace / 3, 1)];
const weighted = unequal.map((plan, place) => (place === 3 ? { ...plan, weight: 3 } : plan));

/** Three servers at two fifths of what they can do, of which the second is broken for a while. */
const three = busy(3, 0.4, 'round-robin', 120);
const careful = withSettings(three, { retries: 3 });
const sold = withClients(busy(3, 0.8, 'round-robin', 120), { posts: 1 });

/** The closing quiz: each question is answered by worlds that are played, here and now. */
export const questions: readonly Question[] = [
  {
    chapter: '01-one-request',
    ask: 'Two servers can do 5 requests a second together, and 3 come. One is switched off for good. Is the other enough?',
    options: [yes, { id: 'no', label: 'No: the queue grows as long as requests come' }],
    sides: [{ name: 'one server', scenario: patient(scene(alike(1, pace, 1), 3, 120)) }],
    msPerSecond: 1000,
    charts: ['queues'],
    answer: (outcomes) => (of(outcomes, 'one server').p99 > 10_000 ? 'no' : 'yes'),
    because: (outcomes) =>
      `It can do 2.5 a second. After two minutes the slowest waited ${time(of(outcomes, 'one server').most)}, and it would go on like that.`,
  },
  {
    chapter: '02-whose-turn',
    ask: 'Three servers get turns. One was away for 40 seconds and comes back. Does it get all that it has missed at once?',
    options: [yes, { id: 'no', label: 'No: it gets its third from then on' }],
    sides: [{ name: 'away from 40 s to 80 s', scenario: withFault(careful, 'crashed', 40, 80) }],
    msPerSecond: 1000,
    charts: ['shares'],
    answer: (outcomes) => (backShare(outcomes) < 0.45 ? 'no' : 'yes'),
    because: (outcomes) =>
      `In the last half minute it got ${percents(backShare(outcomes))} of the requests. A turn that one has missed is no debt: all at once would be a flood for a server that has just come up.`,
  },
  {
    chapter: '03-waiting',
    ask: 'A server is busy for half of its time, and then for nine tenths of it. How many times as long does one stand in its queue?',
    options: [
      { id: 'two', label: 'About twice as long' },
      { id: 'nine', label: 'About nine times as long' },
      { id: 'more', label: 'More than thirty times as long' },
    ],
    sides: [
      { name: 'half busy', scenario: busy(1, 0.5, 'round-robin', 3600) },
      { name: 'nine tenths busy', scenario: busy(1, 0.9, 'round-robin', 3600) },
    ],
    msPerSecond: 2000,
    charts: ['latency'],
    answer: (outcomes) => {
      const times = (of(outcomes, 'nine tenths busy').mean - pace) / (of(outcomes, 'half busy').mean - pace);
      return times < 4 ? 'two' : times < 30 ? 'nine' : 'more';
    },
    because: (outcomes) =>
      `The average wait is ${time(of(outcomes, 'half busy').mean - pace)} and ${time(of(outcomes, 'nine tenths busy').mean - pace)}. What counts is the time to spare: a half, and then a tenth.`,
  },
  {
    chapter: '04-unequal-requests',
    ask: 'Two in a hundred requests are twenty times as much work as the others. With which policy do nine of ten requests get their answer sooner?',
    options: [
      { id: 'round-robin', label: 'round-robin: everybody gets a fair turn' },
      { id: 'least-requests', label: 'least-requests: nobody is sent behind a large one' },
    ],
    sides: both('round-robin', 'least-requests', (policy) => withClients(busy(4, 0.45, policy), { work: { share: 0.02, times: 20 } })),
    msPerSecond: 1000,
    charts: ['latency'],
    answer: (outcomes) => (of(outcomes, 'least-requests').p90 < of(outcomes, 'round-robin').p90 ? 'least-requests' : 'round-robin'),
    because: (outcomes) =>
      `Nine of ten took at most ${time(of(outcomes, 'least-requests').p90)} with least-requests, ${time(of(outcomes, 'round-robin').p90)} with round-robin, whose next turn may be behind a large one.`,
  },
  {
    chapter: '05-unequal-servers',
    ask: 'One of four servers is three times as fast as the others. Together they have a quarter to spare. Is it all right to give them equal turns?',
    options: [
      { id: 'yes', label: 'Yes: together they can do more than enough' },
      { id: 'no', label: 'No: three of them get more than they can do' },
    ],
    sides: [
      { name: 'equal turns', scenario: withClients(withOrigins(busy(4, 0.5), unequal), { rate: rateFor(6, 0.75) }) },
      { name: 'weight 3 for the fast one', scenario: withClients(withOrigins(busy(4, 0.5), weighted), { rate: rateFor(6, 0.75) }) },
    ],
    msPerSecond: 1000,
    charts: ['latency', 'shares'],
    answer: (outcomes) => (of(outcomes, 'equal turns').p99 > 3 * of(outcomes, 'weight 3 for the fast one').p99 ? 'no' : 'yes'),
    because: (outcomes) =>
      `A quarter of all is more than a slow one can do: p99 is ${time(of(outcomes, 'equal turns').p99)}, and ${time(of(outcomes, 'weight 3 for the fast one').p99)} with weights.`,
  },
  {
    chapter: '06-counting',
    ask: 'With least-requests, one of four servers answers everything with an error, and at once. Nobody takes it out. How much of the traffic does it get?',
    options: [
      { id: 'none', label: 'Next to nothing: it does not work' },
      { id: 'quarter', label: 'About a quarter' },
      { id: 'much', label: 'Much more than a quarter' },
    ],
    sides: [{ name: 'nobody is ejected', scenario: withFastFailure(busy(4, 0.6, 'least-requests', 120), false) }],
    msPerSecond: 1000,
    charts: ['shares'],
    answer: (outcomes) => {
      const share = shareOf(of(outcomes, 'nobody is ejected'), 1);
      return share < 0.1 ? 'none' : share < 0.33 ? 'quarter' : 'much';
    },
    because: (outcomes) =>
      `${percents(shareOf(of(outcomes, 'nobody is ejected'), 1))}: who fails at once has nothing in flight, and looks idle.`,
  },
  {
    chapter: '06-counting',
    ask: 'The same, but a server whose answers are bad while the others’ are good is left out for a while. How many requests fail now?',
    options: [
      { id: 'few', label: 'Fewer than one in ten' },
      { id: 'quarter', label: 'About a quarter' },
      { id: 'half', label: 'About half' },
    ],
    sides: [{ name: 'with ejection', scenario: withFastFailure(busy(4, 0.6, 'least-requests', 120), true) }],
    msPerSecond: 1000,
    charts: ['failures'],
    answer: (outcomes) => {
      const part = failedPart(of(outcomes, 'with ejection'));
      return part < 0.1 ? 'few' : part < 0.35 ? 'quarter' : 'half';
    },
    because: (outcomes) =>
      `${percents(failedPart(of(outcomes, 'with ejection')))}: what mends this is no better policy, but looking at answers.`,
  },
  {
    chapter: '07-two-guesses',
    ask: 'A hundred requests come at once to a hundred idle servers. For each, two servers are drawn and the emptier one is taken. How many does the fullest get?',
    options: [
      { id: 'few', label: '2 or 3' },
      { id: 'five', label: '5 or 6' },
      { id: 'ten', label: '10 or more' },
    ],
    sides: [{ name: 'two-choices', scenario: thrown() }],
    msPerSecond: 250,
    charts: [],
    answer: (outcomes) => {
      const most = Math.max(...of(outcomes, 'two-choices').taken);
      return most <= 3 ? 'few' : most < 8 ? 'five' : 'ten';
    },
    because: (outcomes) =>
      `${Math.max(...of(outcomes, 'two-choices').taken)}: to be third, both guesses must have hit one of the few that had two.`,
  },
  {
    chapter: '07-two-guesses',
    ask: 'A balancer is alone before ten servers. With which policy does the unluckiest one in a hundred wait less?',
    options: [
      { id: 'least-requests', label: 'least-requests' },
      { id: 'two-choices', label: 'two-choices' },
    ],
    sides: both('least-requests', 'two-choices', (policy) => busy(10, 0.8, policy, 300)),
    msPerSecond: 1000,
    charts: ['latency'],
    answer: (outcomes) => (of(outcomes, 'least-requests').p99 < of(outcomes, 'two-choices').p99 ? 'least-requests' : 'two-choices'),
    because: (outcomes) =>
      `${time(of(outcomes, 'least-requests').p99)} against ${time(of(outcomes, 'two-choices').p99)}: who knows all counts exactly needn’t guess. With many balancers, nobody knows them all.`,
  },
  {
    chapter: '08-measuring',
    ask: 'Two of four minutes long, one of four servers takes ten times as long. Which policy sends it less in all?',
    options: [
      { id: 'round-robin', label: 'round-robin' },
      { id: 'peak-ewma', label: 'peak-ewma' },
    ],
    sides: both('round-robin', 'peak-ewma', (policy) => withFault(busy(4, 0.3, policy), 'slow', 60, 180)),
    msPerSecond: 1000,
    charts: ['latency', 'shares'],
    answer: (outcomes) => (shareOf(of(outcomes, 'peak-ewma'), 1) < shareOf(of(outcomes, 'round-robin'), 1) ? 'peak-ewma' : 'round-robin'),
    because: (outcomes) =>
      `${percents(shareOf(of(outcomes, 'peak-ewma'), 1))} with peak-ewma, which measures, ${percents(shareOf(of(outcomes, 'round-robin'), 1))} with round-robin, which doesn’t look.`,
  },
  {
    chapter: '09-always-the-same-server',
    ask: 'A single client sends all requests, and the policy is rendezvous-hash. How many of the four servers get any?',
    options: [
      { id: 'one', label: 'One' },
      { id: 'two', label: 'Two' },
      { id: 'four', label: 'All four' },
    ],
    sides: [{ name: 'one client', scenario: withClients(busy(4, 0.2, 'rendezvous-hash', 60), { count: 1 }) }],
    msPerSecond: 1000,
    charts: ['shares'],
    answer: (outcomes) => ({ 1: 'one', 2: 'two' })[asked(outcomes, 'one client')] ?? 'four',
    because: () => 'The same key always leads to the same server. With one client a hash looks broken; it needs many.',
  },
  {
    chapter: '09-always-the-same-server',
    ask: 'One client of many sends two fifths of all requests. With rendezvous-hash, how much does the fullest of four servers get?',
    options: [
      { id: 'quarter', label: 'About a quarter: the hash spreads keys evenly' },
      { id: 'half', label: 'Two fifths, and its part of all others: more than 45%' },
    ],
    sides: [{ name: 'rendezvous-hash', scenario: hot('rendezvous-hash') }],
    msPerSecond: 1000,
    charts: ['shares'],
    answer: (outcomes) => (fullestShare(outcomes, 'rendezvous-hash') > 0.45 ? 'half' : 'quarter'),
    because: (outcomes) => `${percents(fullestShare(outcomes, 'rendezvous-hash'))}: it spreads keys, not work.`,
  },
  {
    chapter: '09-always-the-same-server',
    ask: 'The same with bounded-hash, which sends on whom the server has no room for. What does the fullest get now?',
    options: [
      { id: 'less', label: 'Less than 45%' },
      { id: 'same', label: 'As much as before' },
    ],
    sides: [{ name: 'bounded-hash', scenario: hot('bounded-hash') }],
    msPerSecond: 1000,
    charts: ['shares'],
    answer: (outcomes) => (fullestShare(outcomes, 'bounded-hash') > 0.45 ? 'same' : 'less'),
    because: (outcomes) =>
      `${percents(fullestShare(outcomes, 'bounded-hash'))}: the hot key is known at several servers now, which is the price.`,
  },
  {
    chapter: '10-a-server-dies',
    ask: 'One of three servers crashes for 40 seconds. Requests may be tried again elsewhere. How many of all requests fail?',
    options: [
      { id: 'none', label: 'None, or next to none' },
      { id: 'tenth', label: 'About a tenth' },
      { id: 'third', label: 'A third of those in that time' },
    ],
    sides: [{ name: 'crashed from 40 s to 80 s', scenario: withFault(careful, 'crashed', 40, 80) }],
    msPerSecond: 1000,
    charts: ['failures'],
    answer: (outcomes) => {
      const part = failedPart(of(outcomes, 'crashed from 40 s to 80 s'));
      return part < 0.01 ? 'none' : part < 0.1 ? 'third' : 'tenth';
    },
    because: (outcomes) =>
      `${of(outcomes, 'crashed from 40 s to 80 s').failed} of ${of(outcomes, 'crashed from 40 s to 80 s').requests}: whoever meets the dead server goes on to another, and soon nobody is sent there.`,
  },
  {
    chapter: '10-a-server-dies',
    ask: 'A server answers probes well, and requests with errors, for 40 seconds of two minutes. Nothing is tried again, nobody is ejected. Do probes help?',
    options: [yes, no],
    sides: [
      {
        name: 'it fails',
        scenario: withSettings(withFault(three, 'failing', 40, 80), { health: { ...three.settings.health, maxEjected: 0 } }),
      },
      { name: 'and is ejected', scenario: withFault(three, 'failing', 40, 80) },
    ],
    msPerSecond: 1000,
    charts: ['failures'],
    answer: (outcomes) => (failedPart(of(outcomes, 'it fails')) > 0.06 ? 'no' : 'yes'),
    because: (outcomes) =>
      `${of(outcomes, 'it fails').failed} requests failed: the probes were fine all the time. With ejection there are ${of(outcomes, 'and is ejected').failed}.`,
  },
  {
    chapter: '11-trying-again',
    ask: 'No server answers any more. Each request may be tried three times again, without any budget. How much work is that for the servers, compared with no retries?',
    options: storm(),
    sides: [{ name: 'without a budget', scenario: silent(false) }],
    msPerSecond: 100,
    charts: ['queues'],
    answer: (outcomes) => stormOf(of(outcomes, 'without a budget').amplification),
    because: (outcomes) =>
      `${of(outcomes, 'without a budget').amplification.toFixed(2)} times as many attempts, at the moment when servers need it least.`,
  },
  {
    chapter: '11-trying-again',
    ask: 'And with a budget: at most a fifth of what is under way may be retries?',
    options: storm(),
    sides: [{ name: 'with a budget', scenario: silent(true) }],
    msPerSecond: 100,
    charts: ['queues'],
    answer: (outcomes) => stormOf(of(outcomes, 'with a budget').amplification),
    because: (outcomes) =>
      `${of(outcomes, 'with a budget').amplification.toFixed(2)} times: a fifth of all attempts are retries, so they add about a quarter.`,
  },
  {
    chapter: '12-too-much',
    ask: 'Half as many requests again come as the servers can do. In which world do those who are answered get their answer sooner?',
    options: [
      { id: 'long', label: 'Everybody may wait as long as it takes' },
      { id: 'short', label: 'Few may wait, and the others are told no at once' },
    ],
    sides: [
      { name: 'a long queue', scenario: withSettings(busy(4, 1.5, 'least-requests', 60), crowded(10_000)) },
      { name: 'a short queue', scenario: withSettings(busy(4, 1.5, 'least-requests', 60), crowded(8)) },
    ],
    msPerSecond: 1000,
    charts: ['latency', 'failures'],
    answer: (outcomes) => (of(outcomes, 'a short queue').p50 < of(outcomes, 'a long queue').p50 ? 'short' : 'long'),
    because: (outcomes) =>
      `Half of the answers took at most ${time(of(outcomes, 'a short queue').p50)}, and ${time(of(outcomes, 'a long queue').p50)} with the long queue, which did no more work: ${of(outcomes, 'a short queue').answered} answers against ${of(outcomes, 'a long queue').answered}, most of them too late for anybody.`,
  },
  {
    chapter: '13-changing-unnoticed',
    ask: 'A server has to be replaced while people buy things, which must not be done twice. Which way loses no request?',
    options: [
      { id: 'off', label: 'Switch it off: the balancer tries again elsewhere' },
      { id: 'drain', label: 'Drain it first: it finishes what it has, and gets nothing new' },
    ],
    sides: [
      {
        name: 'switched off, five times',
        scenario: {
          ...withSettings(sold, { retries: 3 }),
          events: fiveTimes((at) => [
            { kind: 'condition', origin: 1, condition: 'crashed', at },
            { kind: 'condition', origin: 1, condition: 'up', at: at + 8000 },
          ]),
        },
      },
      {
        name: 'drained, five times',
        scenario: {
          ...withSettings(sold, { retries: 3 }),
          events: fiveTimes((at) => [
            { kind: 'drain', origin: 1, at },
            { kind: 'enable', origin: 1, at: at + 8000 },
          ]),
        },
      },
    ],
    msPerSecond: 1000,
    charts: ['failures'],
    answer: (outcomes) => (of(outcomes, 'drained, five times').failed < of(outcomes, 'switched off, five times').failed ? 'drain' : 'off'),
    because: (outcomes) =>
      `Switched off: ${of(outcomes, 'switched off, five times').failed} purchases failed; drained: ${of(outcomes, 'drained, five times').failed}. What has reached a server may have been done, so it can’t be sent again.`,
  },
  {
    chapter: '14-which-policy',
    ask: 'Eight balancers stand side by side, and one of the four servers takes three times as long. With which policy does the unluckiest one in a hundred wait less?',
    options: [
      { id: 'least-requests', label: 'least-requests, which counts' },
      { id: 'peak-ewma', label: 'peak-ewma, which measures' },
    ],
    sides: both('least-requests', 'peak-ewma', (policy) => ({
      ...withClients(withOrigins(busy(4, 0.5, policy, 240), [...alike(3, pace, 2), ...alike(1, 3 * pace, 2)]), { rate: 9 }),
      balancers: 8,
    })),
    msPerSecond: 1000,
    charts: ['latency', 'shares'],
    answer: (outcomes) => (of(outcomes, 'peak-ewma').p99 < of(outcomes, 'least-requests').p99 ? 'peak-ewma' : 'least-requests'),
    because: (outcomes) =>
      `${time(of(outcomes, 'peak-ewma').p99)} against ${time(of(outcomes, 'least-requests').p99)}: each balancer counts only its own requests, but a slow answer is slow because of all of them.`,
  },
];

function both(one: string, other: string, scenarioOf: (policy: string) => Question['sides'][0]['scenario']): Question['sides'] {
  return [
    { name: one, scenario: scenarioOf(one) },
    { name: other, scenario: scenarioOf(other) },
  ];
}

/** The part that the second origin got in the last half minute. */
function backShare(outcomes: Parameters<Question['answer']>[0]): number {
  const parts = of(outcomes, 'away from 40 s to 80 s').parts.filter(({ at }) => at >= 90_000);
  const sum = (origin?: number) =>
    parts.reduce((all, { taken }) => all + (origin === undefined ? taken.reduce((a, b) => a + b, 0) : (taken[origin] ?? 0)), 0);
  return sum(1) / Math.max(1, sum());
}

function asked(outcomes: Parameters<Question['answer']>[0], name: string): 1 | 2 {
  return of(outcomes, name).taken.filter((taken) => taken > 0).length as 1 | 2;
}

function fullestShare(outcomes: Parameters<Question['answer']>[0], name: string): number {
  return Math.max(...of(outcomes, name).taken.map((_, origin) => shareOf(of(outcomes, name), origin)));
}

function storm(): Question['options'] {
  return [
    { id: 'quarter', label: 'About a quarter more' },
    { id: 'twice', label: 'About twice as much' },
    { id: 'four', label: 'Four times as much' },
  ];
}

function stormOf(times: number): string {
  return times < 1.5 ? 'quarter' : times < 3 ? 'twice' : 'four';
}

function crowded(maxWaiting: number): {
  readonly pool: { maxConnections: number; slowStart: number };
  readonly room: { maxWaiting: number; maxWait: number; maxRunning: number };
} {
  return { pool: { maxConnections: 1, slowStart: 0 }, room: { maxWaiting, maxWait: 3_600_000, maxRunning: Number.POSITIVE_INFINITY } };
}

function thrown(): Question['sides'][0]['scenario'] {
  const still = withClients(scene(alike(100, pace, 1), 0, 2, 'two-choices'), { work: 'even' });
  return { ...still, events: [{ kind: 'burst', requests: 100, at: 1 }] };
}

function fiveTimes(happen: (at: number) => Question['sides'][0]['scenario']['events']): Question['sides'][0]['scenario']['events'] {
  return [0, 1, 2, 3, 4].flatMap((n) => happen(10_000 + n * 20_000));
}
