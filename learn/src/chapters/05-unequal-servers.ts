import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { OriginPlan, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { alike, patient, scene, withClients, withPolicy } from './scenes.ts';

/** Three servers that do 4 requests a second each, and before them one that does 12 and has that weight. */
const servers = (weight: number): readonly OriginPlan[] => [{ pace: 1000 / 12, workers: 1, weight, backup: false }, ...alike(3, 250, 1)];

/** Together they can do 24 a second, and 20 come, one every 50 ms. */
const world = (weight: number, seconds = 120): Scenario => patient(withClients(scene(servers(weight), 20, seconds), { arrivals: 'even' }));

/** After a minute the quick one is as slow as the others. */
const changed = (weight: number): Scenario => ({ ...world(weight), events: [{ kind: 'slow', origin: 0, times: 3, at: 60_000 }] });

const moments = [0, 20, 40, 60, 80, 100, 120];
const runs: Runs = { scenarios: { 'equal shares': world(1), 'weights 3, 1, 1, 1': world(3) }, seed: 3 };
const later: Runs = { scenarios: { changed: changed(3) }, seed: 1 };
const counting: Runs = { scenarios: { counted: withPolicy(world(1), 'least-requests') }, seed: 1 };

/** Requests at the servers that many seconds after the beginning. */
function insideAt(outcome: Outcome | undefined, second: number): number {
  const part = (outcome?.parts ?? []).findLast(({ at }) => at < second * 1000);
  return part === undefined ? 0 : part.inside.reduce((sum, count) => sum + count, 0);
}

/** Of all requests, what an origin got, in percent. */
function shareOf({ taken }: Pick<Outcome, 'taken'>, origin: number): number {
  return (100 * (taken[origin] ?? 0)) / taken.reduce((sum, count) => sum + count, 0);
}

/** Shares by weight, and what becomes of them when what was true isn't any more. */
export const chapter: Chapter = {
  number: 5,
  slug: 'unequal-servers',
  title: 'Unequal servers',
  question: `<p>Four cooks. One is a master and cooks three dishes while each of the others cooks one. The waiter doesn’t know that and gives all four the same. All
    together they could cook more than is ordered. <strong>Is that enough?</strong></p>`,
  stage: {
    sides: [
      { name: 'equal shares', scenario: world(1, 600) },
      { name: 'weights 3, 1, 1, 1', scenario: world(3, 600) },
    ],
    seed: 1,
    msPerSecond: 500,
    figures: ['inFlight', 'p50', 'p99', 'share'],
    buttons: [
      { label: 'Make origin-1 as slow as the others', happening: { kind: 'slow', origin: 0, times: 3 } },
      { label: 'Make it quick again', happening: { kind: 'slow', origin: 0, times: 1 } },
    ],
  },
  look: `<p>Origin-1 is the master: it can do 12 requests a second, the others 4 each, 24 in all. 20 come, evenly. On the left everybody gets the same, on the right origin-1 has the
    <dfn>weight</dfn> 3 and gets three requests for each one that another gets. (Time runs at half speed here.) Who has nothing to do on the left, while others drown?</p>`,
  prediction: {
    kind: 'curve',
    prompt: `<p>Equal shares, for two minutes. 20 requests come each second; all servers together could do 24.
      <strong>Draw how many requests are at the servers, waiting or worked on, as time goes by.</strong></p>`,
    x: { label: 'seconds from the beginning', unit: '', values: moments },
    y: { label: 'requests at the servers', unit: '', most: 500 },
    runs,
    charts: ['queues', 'latency', 'shares'],
    answer: (outcomes) => moments.map((second) => insideAt(outcomes['equal shares'], second)),
    happened: ({
      'equal shares': equal,
      'weights 3, 1, 1, 1': weighed,
    }) => `<p>After a minute there were ${insideAt(equal, 60)} requests at the servers, after two minutes
      ${insideAt(equal, 120)}, and so on without end. Each server gets 5 a second. The slow ones can do 4, so each of them keeps one more with every second. The quick one could do
      12, gets 5, and has nothing to do for more than half of its time: it can’t help, since nobody asks it. With weights there were ${insideAt(weighed, 60)} and ${insideAt(weighed, 120)}.</p>`,
  },
  why: `<p>A team to which work is dealt out in equal shares is as quick as the slowest times the number of heads: four times 4 is 16 a second, whatever the master could do. All above
    that piles up. Weights mend it: with 3, 1, 1, 1 the quick one gets 10 of 20 a second, the others a little more than 3 each, and all are equally busy.</p>
    <p>Three in a row, and then each of the others? No: that would be a burst for the master, three times over. Turns are <em>smooth</em>: each server has an account, to which its weight is added with each
    request. Who has most on it is next, and pays as much as all weights together. 5, 1, 1 gives a, a, b, a, c, a, a and not a, a, a, a, a, b, c. The rule is nginx’s.</p>
    <p><strong>A weight is a promise, written down by somebody, once.</strong> Press the button above: origin-1 gets a neighbour who takes its time away, or a cold cache, or a
    broken disk. It can do 4 now and gets 10, since the weight still says so, and this time the <em>weights</em> make the queue. After a minute of that, more than 300 requests stood at origin-1. Nothing has failed; no health check
    sees it; all others are as well as before.</p>
    <p>So <code>round-robin</code> with weights is good where you know how servers differ and that stays so: machines of two sizes, or a new version that is to get one request in a hundred. Where it
    changes, let the balancer find out. With equal weights and <code>least-requests</code>, the same servers had no queue to speak of: the quick one got about 44% of the requests, since it is always the first to be
    rid of its own. That is not quite the half that it could bear, but nobody had to write it down. Weights and counting go together, too: then a weight says how many requests each may have at a time. Here is
    a turn by weights.</p>`,
  request: { scenario: world(3), seed: 1, after: 10_000 },
  tries: {
    text: `<p>Both sides get the weight that you set. From which weight on does the queue stop growing, and from which does it grow again, at another server? Then try a policy that counts.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'weight of origin-1',
        unit: '',
        from: 1,
        to: 8,
        step: 1,
        initial: 3,
        apply: (scenario, weight) => ({
          ...scenario,
          origins: scenario.origins.map((one, place) => (place === 0 ? { ...one, weight } : one)),
        }),
      },
      {
        kind: 'choice',
        label: 'policy',
        options: ['round-robin', 'random', 'least-requests'],
        initial: 'round-robin',
        apply: withPolicy,
      },
      {
        kind: 'range',
        label: 'requests a second',
        unit: '',
        from: 4,
        to: 24,
        step: 2,
        initial: 20,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
    ],
  },
  own: {
    text: `<p>Give the first origin three times the weight, ask twelve times, and read who answered. Who got how many, and does anybody get three in a row? Then make it as it was.</p>`,
    commands: [
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"round-robin"}'`,
      `curl -X PATCH localhost:8090/api/pools/default/origins/localhost:8081 -H 'content-type: application/json' -d '{"weight":3}'`,
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s localhost:8080; echo; done',
      `curl -X PATCH localhost:8090/api/pools/default/origins/localhost:8081 -H 'content-type: application/json' -d '{"weight":1}'`,
    ],
  },
  claims: [
    { says: 'gets 10 of 20 a second', runs, figure: (o) => shareOf(o['weights 3, 1, 1, 1'] ?? none, 0), within: [49.5, 50.5] },
    { says: 'more than 300 requests', runs: later, figure: ({ changed: o }) => o?.busiest[0] ?? 0, within: [301, 520] },
    { says: 'about 44%', runs: counting, figure: ({ counted: o }) => shareOf(o ?? none, 0), within: [41, 47] },
    { says: 'no queue to speak of', runs: counting, figure: ({ counted: o }) => Math.max(...(o?.busiest ?? [])), within: [1, 9] },
  ],
  given: ['12', '4', '24', '20', '3', '5', '16', '5, 1, 1', '3, 1, 1, 1'],
  sources: [
    {
      title: 'nginx, src/http/ngx_http_upstream_round_robin.c: smooth weighted round robin',
      url: 'https://github.com/nginx/nginx/blob/master/src/http/ngx_http_upstream_round_robin.c',
    },
    {
      title: 'Site Reliability Engineering, 2016, chapter 20: machines that differ, and weights that servers report by themselves',
      url: 'https://sre.google/sre-book/load-balancing-datacenter/',
    },
  ],
  code: [
    'balancer/src/brain/select/smooth-weights.ts',
    'balancer/src/brain/select/compare-load.ts',
    'balancer/src/brain/select/weights.ts',
  ],
};

const none = { taken: [] };
