import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { alike, scene, withClients, withPolicy, withSettings } from './scenes.ts';

/** Four servers that work on four requests at a time; ten seconds later the last one fails all it gets, a hundred times as fast. */
const failing: Scenario = {
  ...scene(alike(4, 400, 4), 24, 60, 'least-requests'),
  events: [
    { kind: 'errors', origin: 3, share: 1, at: 10_000 },
    { kind: 'slow', origin: 3, times: 0.01, at: 10_000 },
  ],
};

/** How many of the origins may be left out at a time for what they answered, as a part of all. */
function ejecting(scenario: Scenario, maxEjected: number): Scenario {
  return withSettings(scenario, { health: { ...scenario.settings.health, maxEjected } });
}

const blind = ejecting(failing, 0);

/** The same with ten minutes to watch it. */
const stage = (scenario: Scenario): Scenario => ({ ...scenario, seconds: 600 });

const runs: Runs = {
  scenarios: { 'round-robin': withPolicy(blind, 'round-robin'), 'least-requests': blind, 'with ejection': failing },
  seed: 1,
};
const measuring: Runs = { scenarios: { measured: withPolicy(blind, 'peak-ewma') }, seed: 1 };
const slowOne: Scenario = { ...blind, events: [{ kind: 'slow', origin: 3, times: 4, at: 0 }] };
const slow: Runs = { scenarios: { turns: withPolicy(slowOne, 'round-robin'), counted: slowOne }, seed: 1 };

/** What the failing one got of all requests since it fails, in percent. */
function shareSince(outcome: Outcome | undefined, from = 10_000): number {
  const parts = (outcome?.parts ?? []).filter(({ at }) => at >= from).map(({ taken }) => taken);
  const all = parts.flat().reduce((sum, count) => sum + count, 0);
  return (100 * parts.reduce((sum, taken) => sum + (taken[3] ?? 0), 0)) / all;
}

/** Counting what is in flight, and the origin that never has anything in flight because it fails at once. */
export const chapter: Chapter = {
  number: 6,
  slug: 'counting',
  title: 'Counting, and its black hole',
  question: `<p>Whoever runs the supermarket has read chapter 4: now the doorman sends each customer to the shortest queue. One day, the till at the end is broken. Whoever comes there
    is told “out of order”, at once, and goes home with nothing. <strong>Where does the doorman send the next one?</strong></p>`,
  stage: {
    sides: [
      { name: 'nobody is left out', scenario: stage(blind) },
      { name: 'with ejection', scenario: stage(failing) },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['failed', 'p50', 'share', 'inFlight'],
    buttons: [
      { label: 'Mend origin-4', happening: { kind: 'errors', origin: 3, share: 0 } },
      { label: 'Break it again', happening: { kind: 'errors', origin: 3, share: 1 } },
    ],
  },
  look: `<p>Both sides count: <code>least-requests</code> sends each request to the server with fewest <dfn>in flight</dfn>. For ten seconds all is well. Then origin-4 breaks: it answers everything with
    an error, a hundred times as fast as the others answer well. Watch its queue. It has none.</p>`,
  prediction: {
    kind: 'slider',
    prompt: `<p>One of four servers fails at once whatever it gets. In turn, it would get a quarter of the requests, 25%. The balancer counts, and leaves nobody out.
      <strong>Which part of the requests does the failing server get?</strong></p>`,
    unit: '%',
    from: 0,
    to: 100,
    tolerance: 0.12,
    runs,
    charts: ['shares', 'failures', 'latency'],
    answer: (outcomes) => shareSince(outcomes['least-requests']),
    happened: (
      outcomes,
    ) => `<p>Since it broke, it got ${percent(outcomes['round-robin'])} in turn, and ${percent(outcomes['least-requests'])} where the balancer counted: most of the visitors saw an error, though three
      of four servers were as well as ever. That is a <dfn>black hole</dfn>: the emptier it is, the more it draws in. Where the balancer also looks at <em>what</em> is answered, and leaves out who fails, it got
      ${percent(outcomes['with ejection'])}. (The picture counts the ten good seconds before it broke as well.)</p>
      <p>Look at the times, too: half of the good answers took ${ms(outcomes['least-requests']?.p50)} at most with the black hole, and ${ms(outcomes['with ejection']?.p50)} without. With it, the site looks
      <em>quicker</em>, since the others have hardly anything to do. Who watches only how long answers take sees a good day.</p>`,
  },
  why: `<p>To count what is in flight is the best simple policy for one balancer: it needs no weights, it goes round giants (chapter 4), and it takes work away from a server that becomes slow. In a world
    where origin-4 takes four times as long, it got 25% in turn, and about 10% by counting, without anybody’s telling the balancer.</p>
    <p>But a count says only how quickly a server gets <em>rid</em> of requests. It can be quick because it is good, or because it throws them away. “I have no database” is said in a
    millisecond. Google’s engineers write that they learned about it the hard way. Policies that measure time would be drawn in all the more, so with
    <code>peak-ewma</code> a failure counts as a second at least, however quick it was. Where good answers take nearly as long, and have a queue before them, even that is too little: in this world it gives the broken
    server nearly half of the requests.</p>
    <p>What helps is a second look that has nothing to do with picking. This balancer keeps a record of what each origin answers. If one fails far more often than the others, it is
    <dfn>ejected</dfn>: left out for 10 seconds, then tried again, and left out twice as long if it hasn’t mended. Why compare it with the others? If <em>all</em> fail, such as at a page that is broken
    everywhere, leaving one out helps nobody. And at most half of them may be out, since the others would have to do their work. A <dfn>probe</dfn>, which asks each server every two seconds whether it is well, didn’t help here: this one says it is (chapter 10).</p>
    <p>Each time that it is tried again, some visitors pay for it: a few failures in a hundred are left. A second try at another origin would hide those (chapter 11).
    Use <code>least-requests</code> where there is one balancer or few, and never without looking at answers. Here is a request of the world without ejection, and why it went where it went.</p>`,
  request: { scenario: blind, seed: 1, after: 20_000, status: 500, origin: 3 },
  tries: {
    text: `<p>Both sides change; the policy is that of both. Which policies fall into the hole, and which get only their quarter of it? With few requests a second, the hole is hardly deeper than a quarter. Why?
      (Have a look at what the others have in flight.)</p>`,
    knobs: [
      {
        kind: 'choice',
        label: 'policy',
        options: ['least-requests', 'round-robin', 'random', 'two-choices', 'peak-ewma', 'prequal'],
        initial: 'least-requests',
        apply: withPolicy,
      },
      {
        kind: 'range',
        label: 'requests a second',
        unit: '',
        from: 2,
        to: 28,
        step: 2,
        initial: 24,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
      {
        kind: 'choice',
        label: 'origin-4',
        options: ['fails at once', 'fails slowly', 'is slow and well'],
        initial: 'fails at once',
        apply: (scenario, value) => ({ ...scenario, events: troubles[value] ?? scenario.events }),
      },
    ],
  },
  own: {
    text: `<p>Have three origins take a fifth of a second, and the first fail at once with a 404. (A 404 ejects nobody, since the page may be missing. A 500 in its place does: try that, too.) Send 40 requests a second, and see whom the latest 100 went to. Then make all as it was.</p>`,
    commands: [
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"least-requests"}'`,
      `for port in 8082 8083 8084; do curl -s -X PUT localhost:$port/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":200}'; done`,
      `curl -X PUT localhost:8081/_origin/fault -H 'content-type: application/json' -d '{"errorRate":1,"status":404}'`,
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":40,"seconds":8}'`,
      `sleep 6; curl -s 'localhost:8090/api/decisions?limit=100' | grep -o '"origin":"[^"]*"' | sort | uniq -c`,
      'for port in 8081 8082 8083 8084; do curl -s -X DELETE localhost:$port/_origin/fault; done',
    ],
  },
  claims: [
    { says: 'a quarter of the requests, 25%', runs, figure: (o) => shareSince(o['round-robin']), within: [24.5, 25.5] },
    { says: 'most of the visitors saw an error', runs, figure: (o) => shareSince(o['least-requests']), within: [60, 80] },
    { says: 'a few failures in a hundred', runs, figure: (o) => failedOf(o['with ejection']), within: [1.5, 5] },
    { says: 'quicker', runs, figure: (o) => quicker(o), within: [1.05, 1.5] },
    { says: 'nearly half of the requests', runs: measuring, figure: ({ measured }) => shareSince(measured), within: [42, 50] },
    { says: '25% in turn', runs: slow, figure: ({ turns }) => shareSince(turns, 0), within: [24.5, 25.5] },
    { says: 'about 10% by counting', runs: slow, figure: ({ counted }) => shareSince(counted, 0), within: [9, 11] },
  ],
  given: ['10', '4', '11', '404', '500', '40', '100'],
  sources: [
    {
      title: 'Site Reliability Engineering, 2016, chapter 20: least-loaded round robin, and the task that fails quickly',
      url: 'https://sre.google/sre-book/load-balancing-datacenter/',
    },
    {
      title: 'Envoy, outlier detection: ejecting hosts for what they answer',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier',
    },
  ],
  code: ['balancer/src/brain/select/least-requests.ts', 'balancer/src/brain/health/conduct.ts', 'balancer/src/brain/health/ejections.ts'],
};

/** What origin-4 may suffer from, by the names of the knob. */
const troubles: Readonly<Record<string, Scenario['events']>> = {
  'fails slowly': [{ kind: 'errors', origin: 3, share: 1, at: 10_000 }],
  'is slow and well': [{ kind: 'slow', origin: 3, times: 4, at: 10_000 }],
};

function percent(outcome: Outcome | undefined): string {
  return `${Math.round(shareSince(outcome))}%`;
}

function ms(figure = 0): string {
  return `${Math.round(figure)} ms`;
}

/** How many requests failed since it broke, in percent. */
function failedOf(outcome: Outcome | undefined): number {
  const parts = (outcome?.parts ?? []).filter(({ at }) => at >= 10_000);
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  return (100 * failed) / (failed + parts.reduce((sum, part) => sum + part.answered, 0));
}

/** How many times as long the good answers take where nobody falls into the hole. */
function quicker(outcomes: Readonly<Record<string, Outcome>>): number {
  return (outcomes['with ejection']?.p50 ?? 0) / (outcomes['least-requests']?.p50 ?? 1);
}
