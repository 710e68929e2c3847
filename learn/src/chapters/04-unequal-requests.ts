import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { alike, scene, withClients } from './scenes.ts';

/** One request in fifty is twenty times as much work. Together they keep four servers busy for six tenths of their time. */
const mixed = (policy: string): Scenario => withClients(scene(alike(4, 50, 1), 35, 120, policy), { work: { share: 0.02, times: 20 } });

/** As much work in all, but the same for each request. */
const equal = withClients(scene(alike(4, 69, 1), 35, 120), { work: 'even' });

/** The same, so slowly that single dots can be followed. */
const slow = (policy: string): Scenario => withClients(scene(alike(4, 250, 1), 7, 600, policy), { work: { share: 0.02, times: 20 } });

const runs: Runs = {
  scenarios: { 'round-robin': mixed('round-robin'), random: mixed('random'), 'least-requests': mixed('least-requests') },
  seed: 1,
};
const even: Runs = { scenarios: { equal }, seed: 1 };

/** Chance, turns and counting, where a few requests are giants. */
export const chapter: Chapter = {
  number: 4,
  slug: 'unequal-requests',
  title: 'Unequal requests',
  question: `<p>You hold a bottle of milk. Before you stands somebody with a trolley full to the brim. At the next till, nobody. You would go there, of course.
    But what if a doorman sends people to the tills strictly in turn, and doesn’t look? <strong>How much does one full trolley cost those with milk?</strong></p>`,
  stage: {
    sides: [
      { name: 'round-robin', scenario: slow('round-robin') },
      { name: 'least-requests', scenario: slow('least-requests') },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['p50', 'p99', 'inFlight', 'share'],
  },
  look: `<p>One request in 50 is a giant: 20 times as much work as any other. The same ones come to both sides. On the left they are dealt out in turn,
    on the right to the server that has fewest requests. Wait for a giant: a server is busy with one dot and doesn’t get rid of it. Who stands behind it?</p>`,
  prediction: {
    kind: 'slider',
    prompt: `<p>A request is 50 ms of work, a giant a whole second, and all servers together are busy for six tenths of their time. With <code>round-robin</code>, nine of ten answers take
      870 ms at most, and the others longer. <strong>With <code>least-requests</code>, how long do nine of ten take at most?</strong></p>`,
    unit: ' ms',
    from: 50,
    to: 2000,
    isLogarithmic: true,
    tolerance: 0.35,
    runs,
    charts: ['latency', 'shares'],
    answer: (outcomes) => outcomes['least-requests']?.p90 ?? 0,
    happened: ({
      'round-robin': turns,
      random,
      'least-requests': fewest,
    }) => `<p>Nine of ten took ${ms(turns?.p90)} ms at most in turn, ${ms(random?.p90)} ms by lot, and
      ${ms(fewest?.p90)} ms where the balancer counted. No server is quicker, no giant is smaller, and each server got about as many requests on all three sides.
      Only the small ones no longer stood behind a giant.</p>
      <p>Now look at the slowest of a hundred: ${ms(turns?.p99)} ms, ${ms(random?.p99)} ms and ${ms(fewest?.p99)} ms. With <code>least-requests</code> these are the giants themselves. A second of work
      takes a second; no policy helps against that.</p>`,
  },
  why: `<p>Round robin is fair in <em>numbers</em>: each server gets every fourth request. But numbers are not work. While one server works on a giant for a second,
    it gets every fourth request all the same, and each of them waits. Giants are few, one in 50; but a giant takes a second, so each server spends
    more than a sixth of its time with one, and all that comes to it then must wait. Were the same work spread evenly over all requests, nine of ten answers would take 100 ms.</p>
    <p>Drawing lots (<code>random</code>) is worse on average: it doesn’t look either, and besides sends two or three in a row to the same server now and then.</p>
    <p><code>least-requests</code> doesn’t know who is a giant. Nobody does: on the outside, requests look alike. But it counts what it has sent to each server and not got
    back, which is called <dfn>in flight</dfn>. A server with a giant doesn’t get rid of it, so its count stays at one, and whoever has nothing is next. The count tells of
    trouble that is there already, whatever it came from. It is not perfect: one giant counts as much as one bottle of milk. Where each server has
    something in flight, a small one may still land behind a giant. Who <em>can</em> tell them apart, such as by their path, does best to give giants servers of their own,
    like the till for ten items at most: the balancer’s routes and pools are for that.</p>
    <p>In real life servers work on several requests at once, so that a single giant blocks less. Several of them at once block just as well. Here is a request that came while one server had three to do, and another none.</p>`,
  request: { scenario: slow('least-requests'), seed: 1, after: 24_000, origin: 3 },
  tries: {
    text: `<p>Both sides change. Have the servers work on four requests at once (each then takes four times as long, so that they can do as much as before): how much is left of the difference? And how about twice as many giants, half as large?</p>`,
    knobs: [
      {
        kind: 'choice',
        label: 'giants',
        options: ['none', '1 in 25, 10 times', '1 in 50, 20 times', '1 in 100, 40 times'],
        initial: '1 in 50, 20 times',
        apply: (scenario, value) => withClients(scenario, { work: giants(value) }),
      },
      {
        kind: 'range',
        label: 'requests at once in each server',
        unit: '',
        from: 1,
        to: 4,
        step: 1,
        initial: 1,
        apply: (scenario, workers) => ({ ...scenario, origins: alike(4, 250 * workers, workers) }),
      },
      {
        kind: 'range',
        label: 'requests a second',
        unit: '',
        from: 1,
        to: 11,
        step: 1,
        initial: 7,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
    ],
  },
  own: {
    text: `<p>Origins do one thing at a time, 20 ms each, but for the first, which takes ten times as long, as if each of its requests were a giant. Send 30 requests a second, in turn and then by counting, and see
      whom the latest 100 went to. At the end, make it as it was.</p>`,
    commands: [
      `for port in 8081 8082 8083 8084; do curl -s -X PUT localhost:$port/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":20,"capacity":1,"queue":1000}'; done`,
      `curl -X PUT localhost:8081/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":200,"capacity":1,"queue":1000}'`,
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"round-robin"}'`,
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":30,"seconds":8}'`,
      `sleep 8; curl -s 'localhost:8090/api/decisions?limit=100' | grep -o '"origin":"[^"]*"' | sort | uniq -c`,
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"least-requests"}'`,
      `sleep 8; curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":30,"seconds":8}'`,
      `sleep 8; curl -s 'localhost:8090/api/decisions?limit=100' | grep -o '"origin":"[^"]*"' | sort | uniq -c`,
      'for port in 8081 8082 8083 8084; do curl -s -X DELETE localhost:$port/_origin/fault; done',
    ],
  },
  claims: [
    { says: '870 ms', runs, figure: (o) => o['round-robin']?.p90 ?? 0, within: [865, 875] },
    { says: 'is worse on average', runs, figure: (o) => (o['random']?.mean ?? 0) / (o['round-robin']?.mean ?? 1), within: [1.02, 1.4] },
    { says: 'these are the giants themselves', runs, figure: (o) => o['least-requests']?.p99 ?? 0, within: [1000, 1100] },
    { says: 'nine of ten answers would take 100 ms', runs: even, figure: ({ equal: o }) => o?.p90 ?? 0, within: [95, 105] },
    { says: 'more than a sixth of its time', runs: even, figure: () => (35 * 0.02 * 20 * 50) / 1000 / 4, within: [1 / 6, 1 / 5] },
    { says: 'about as many requests', runs, figure: (o) => spread(o['least-requests']), within: [0, 0.15] },
  ],
  given: ['50', '20', '50 ms', '30', '100'],
  sources: [
    {
      title: 'Harchol-Balter, Crovella and Murta: On Choosing a Task Assignment Policy for a Distributed Server System, JPDC 59(2), 1999',
      url: 'https://doi.org/10.1006/jpdc.1999.1577',
    },
    {
      title: 'Site Reliability Engineering, 2016, chapter 20: how much the cost of queries differs, and what round robin makes of it',
      url: 'https://sre.google/sre-book/load-balancing-datacenter/',
    },
  ],
  code: ['balancer/src/brain/select/least-requests.ts', 'balancer/src/brain/select/round-robin.ts', 'balancer/src/brain/pool/lease.ts'],
};

function ms(figure = 0): number {
  return Math.round(figure);
}

/** How much more the one with most requests got than the one with fewest, as a part of that. */
function spread(outcome: Outcome | undefined): number {
  const taken = outcome?.taken ?? [];
  return Math.max(...taken) / Math.min(...taken) - 1;
}

/** What an option of the knob says. */
function giants(value: string): NonNullable<Scenario['clients']['work']> {
  const [, one, times] = /^1 in (\d+), (\d+) times$/.exec(value) ?? [];
  return one === undefined ? 'even' : { share: 1 / Number(one), times: Number(times) };
}
