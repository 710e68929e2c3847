import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { backAt, canary, comingBack, crowd, drainedFirst, switchedOff } from './13-changing-unnoticed.worlds.ts';
import { alike, withClients, withSettings } from './scenes.ts';

/** Times since the server is back, in s. */
const moments = [-2, 0, 2, 4, 6, 8, 10, 12, 14, 16];

/** The slowest answers (p99) of about two seconds around each of them, in ms. */
function slowest(outcome: Outcome | undefined): readonly number[] {
  return moments.map((second) => {
    const from = backAt + second * 1000 - 500;
    const parts = (outcome?.parts ?? []).filter(({ at }) => at >= from && at < from + 2000);
    return Math.max(...parts.map(({ p99 }) => p99 ?? 0));
  });
}

const worst = (outcome: Outcome | undefined) => Math.max(...slowest(outcome));
const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const rolling: Runs = { scenarios: crowd, seed: 1 };
const tried: Runs = { scenarios: { canary: canary(5) }, seed: 1 };

/** Replacing servers under load: drains, slow start, rolling restarts and canaries. */
export const chapter: Chapter = {
  number: 13,
  slug: 'changing-unnoticed',
  title: 'Changing without anyone noticing',
  question: `<p>A railway bridge is to be replaced, and the trains go on. Servers get a new version every week, some of them ten times a day, and
    you never see a sign that says “closed for work”. <strong>How do you replace all servers of a service while thousands are being
    served by them?</strong></p>`,
  stage: {
    sides: [
      { name: 'switched off', scenario: switchedOff },
      { name: 'drained first', scenario: drainedFirst },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['answered', 'failed', 'share'],
  },
  look: `<p>Four servers get a new version, one after the other, again and again: a <dfn>rolling restart</dfn>. Every other request is a purchase, which may
    not be sent twice. On the left a server is simply stopped, with all that it was working on. On the right the balancer
    <dfn>drains</dfn> it first: nothing new goes there, what runs is finished, and only then it is stopped. Count who fails.</p>`,
  prediction: {
    kind: 'curve',
    prompt: `<p>Another thing that nobody should notice. Of four servers, 62 % busy, one was away and comes back, new and well. But its memory is
      empty: what the others have at hand it has to look up each time. Its <dfn>caches</dfn> are cold, so at first it takes five times as long for each
      request; after 8 seconds it is as quick as the others. It gets its full share from the first moment on, by round robin.
      <strong>Draw how long the slowest answers take</strong>, from 2 seconds before it is back to 16 seconds after that.</p>`,
    runs: { scenarios: comingBack, seed: 1 },
    charts: ['slowness'],
    x: { label: 'since it is back', unit: ' s', values: moments },
    y: { label: 'slowest answers', unit: ' ms', most: 10_000, isLogarithmic: true },
    answer: ({ 'a full share at once': full }) => slowest(full),
    happened: ({ 'a full share at once': full, 'a slow start of 15 s': gentle }) => `<p>While it was away, the slowest took
      ${inSeconds(slowest(full)[0] ?? 0)}. Its return was to help, and made it worse: up to ${inSeconds(worst(full))}, though three of four servers were
      as quick as ever, and there was no error that would have shown it. Its queue grows while it is cold, and is still there when it has long been warm.
      With a <dfn>slow start</dfn>, in which it gets a tenth of its share at first and all of it after 15 s, the worst was
      ${inSeconds(worst(gentle))}.</p>`,
  },
  why: `<p>Replacing a server in good order has four steps, and each has its own word. <strong>Drain</strong> it: the balancer picks it no more, and waits for
    what runs. <strong>Stop</strong> it, start the new one. <strong>Probe</strong> it: it gets nothing before it has shown that it is well.
    <strong>Warm it up</strong>: little at first. With 80 requests a second, four servers that were switched off took 10 purchases with them, though
    the balancer tried again whatever may be tried again. Drained first, they took 0.</p>
    <p>How long must a drain be? As long as the longest request that you don’t want to cut. For a page that is a second; for a film or a chat it may be
    hours, so there is a limit (<code>--drain-timeout</code>). And one at a time: while one of four is out, the others have a third more
    to do. Chapter 3 tells whether they can.</p>
    <p>All this lets a new version in without a jolt. It doesn’t tell whether the new version is any good. For that there is the
    <dfn>canary</dfn>, named after the birds that miners took along: it gets a <strong>split</strong> of 5 % of the visitors, and everybody looks at it. Say it
    fails one of three requests. Then about 1.4 % of all requests fail: those few visitors meet it, and the graph of the new version alone screams. Had all
    servers got it at once, it would be one in three for everybody. Take a key, such as a cookie, for the split, so that each visitor stays on one
    side: a shop that looks different on every click is noticed.</p>
    <p>Honesty about slow starts: policies that count or measure (chapters 6 and 8) send a slow server less by themselves, and need one less. And what no
    balancer can do for you: the old and the new version run side by side for a while, so both must understand the same data.</p>`,
  request: { scenario: drainedFirst, seed: 1, after: 4000 },
  tries: {
    text: `<p>The drain in the world at the top lasts 2.5 seconds. Make the requests longer than that, and look at the right side. Then let everybody buy; then
      nobody, without retries and with them.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'a request takes',
        unit: ' ms',
        from: 100,
        to: 4000,
        step: 100,
        initial: 700,
        // The longer, the more workers, so that the servers are never too few.
        apply: (scenario, pace) => ({ ...scenario, origins: alike(4, pace, 3 + Math.ceil(pace / 300)) }),
      },
      {
        kind: 'range',
        label: 'purchases',
        unit: ' %',
        from: 0,
        to: 100,
        step: 10,
        initial: 50,
        apply: (scenario, percent) => withClients(scenario, { posts: percent / 100 }),
      },
      {
        kind: 'range',
        label: 'more tries',
        unit: '',
        from: 0,
        to: 3,
        step: 1,
        initial: 3,
        apply: (scenario, retries) => withSettings(scenario, { retries }),
      },
    ],
  },
  own: {
    text: `<p>Send 50 requests a second for half a minute, drain a server meanwhile, and look at what it gets and at what failed. Then take it in
      again. <code>deploy</code> does all that for a whole list of new servers, and comes back when it is done.</p>`,
    commands: [
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":50,"seconds":30}'`,
      'curl -X POST localhost:8090/api/origins/localhost:8082/drain',
      'for i in `seq 12`; do curl -s localhost:8080; echo; done | sort | uniq -c',
      'curl -X POST localhost:8090/api/origins/localhost:8082/enable',
      'curl localhost:8090/api/traffic',
    ],
  },
  claims: [
    { says: '10 purchases', runs: rolling, figure: (outcomes) => outcomes['switched off']?.failed ?? -1, within: [10, 10] },
    { says: 'they took 0', runs: rolling, figure: (outcomes) => outcomes['drained first']?.failed ?? -1, within: [0, 0] },
    {
      says: 'about 1.4 %',
      runs: tried,
      figure: ({ canary: outcome }) => (100 * (outcome?.failed ?? 0)) / (outcome?.requests ?? 1),
      within: [1.2, 1.7],
    },
  ],
  given: ['62', '8', '2', '16', '80', '3', '5', '6', '2.5', '50'],
  sources: [
    { title: 'Martin Fowler and Danilo Sato: Canary Release, 2014', url: 'https://martinfowler.com/bliki/CanaryRelease.html' },
    {
      title: 'Site Reliability Workbook, chapter 16: Canarying Releases',
      url: 'https://sre.google/workbook/canarying-releases/',
    },
    {
      title: 'Envoy: slow start mode, by which this one goes',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start',
    },
  ],
  code: [
    'balancer/src/brain/pool/slow-start.ts',
    'balancer/src/brain/pool/offer.ts',
    'balancer/src/brain/pool/drain-limit.ts',
    'balancer/src/brain/pool/deploy.ts',
    'balancer/src/brain/route/routes.ts',
  ],
};
