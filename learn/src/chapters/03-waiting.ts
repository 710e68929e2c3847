import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Chapter, Outcomes, Runs } from '../chapter.ts';
import { alike, patient, scene, withClients } from './scenes.ts';

/** What one request is for a server, on average, in ms; it does one at a time, so 10 a second. */
const pace = 100;

/** A server that has something to do for so great a part of its time, in percent. */
function busy(percent: number, seconds: number, servers = 1): Scenario {
  return patient(scene(alike(servers, pace, 1), (servers * percent * 10) / pace, seconds, 'least-requests'));
}

const parts = [10, 30, 50, 70, 80, 90];
const named = (percent: number) => `${percent}% busy`;
const runs: Runs = { scenarios: Object.fromEntries(parts.map((percent) => [named(percent), busy(percent, 900)])), seed: 5 };

/** What theory says (M/M/1): the work, divided by the part of the time that is free. */
const expected = (percent: number) => pace / (1 - percent / 100);

/** Long enough for figures that are said in words. */
const long: Runs = {
  scenarios: {
    eighty: busy(80, 1800),
    ninety: busy(90, 3600),
    even: withClients(busy(90, 1800), { work: 'even' }),
    four: busy(90, 450, 4),
  },
  seed: 2,
};

const waitOf = (outcomes: Outcomes, name: string) => (outcomes[name]?.mean ?? 0) - pace;

/** Utilisation, queues, and what averages hide. */
export const chapter: Chapter = {
  number: 3,
  slug: 'waiting',
  title: 'Why waiting grows',
  question: `<p>A shop has one till. It is busy for half of the time, and you wait a little. Then the shop becomes popular, and the till is busy for nine tenths
    of its time: that is still a tenth to spare. The woman at the till is as quick as ever.
    <strong>How much longer do you wait: not quite twice as long?</strong></p>`,
  stage: {
    sides: [
      { name: 'half busy', scenario: busy(50, 3600) },
      { name: 'nine tenths busy', scenario: busy(90, 3600) },
    ],
    seed: 5,
    msPerSecond: 1000,
    figures: ['inFlight', 'mean', 'p50', 'p99'],
    buttons: [{ label: 'Send five at once', happening: { kind: 'burst', requests: 5 } }],
  },
  look: `<p>Both servers are the same: a request is 100 ms of work on average, some more, some less, so each can do 10 a second. On the left 5 come each
    second, on the right 9. Give it half a minute, and then press the button: how long does each side take to get rid of five at once?</p>`,
  prediction: {
    kind: 'curve',
    prompt: `<p>An answer is 100 ms of work, on average, and the queue before it. With next to nobody there, that is about 100 ms in all.
      <strong>Draw how long an answer takes, the busier the server is.</strong></p>`,
    x: { label: 'how busy the server is', unit: '%', values: parts },
    y: { label: 'average time until the answer', unit: ' ms', most: 1200 },
    runs,
    charts: ['latency'],
    answer: (outcomes) => parts.map((percent) => outcomes[named(percent)]?.mean ?? 0),
    happened: (
      outcomes,
    ) => `<p>From 10% to 50%, an answer takes ${more(outcomes, 10, 50)} ms longer. The single step from 80% to 90% costs ${more(outcomes, 80, 90)} ms. Each world was played for a quarter
      of an hour, so chance is still in it; beside it stands what theory says for ever.</p>
      <table><thead><tr><th scope="col">busy</th><th scope="col">average here</th><th scope="col">in theory</th><th scope="col">half took at most</th><th scope="col">99 of 100 took at most</th></tr></thead><tbody>
      ${parts.map((percent) => rowOf(outcomes, percent)).join('')}
      </tbody></table>`,
  },
  why: `<p>Nobody is slower. But people don’t come in step: three at once, then none. While none comes, the server has nothing to do, and <em>that time is lost</em>; it can’t
    be kept for later. A queue of five is worked off only in spare time. Half of the time is spare: it is gone in a moment. A tenth is spare: it takes five times as long,
    and meanwhile the next ones come. Cut the spare time in half, and the wait doubles. At 80% a fifth is spare, so an answer takes five times the work; at 90% ten times. At 100% no queue is ever worked off.</p>
    <p>For an SRE: this is M/M/1, and the mean is 1/(μ − λ), where μ is what the server can do and λ what comes: 1/(10 − 9) is one second. How much the <em>work</em> differs counts as well:
    if each request is exactly 100 ms, the queue is half as long (Pollaczek and Khinchine’s formula). And size helps: four such servers behind one balancer that sends to
    whoever has fewest, all of them 90% busy, answer in about a third of the time of one alone. A big shop needs less to spare than a small one.</p>
    <p><strong>Averages lie.</strong> At 80% the average is about half a second. Half of the answers took less than 0.37 seconds, so most people say: it’s quick. But one
    in a hundred took longer than 1.9 seconds. The average is what nobody got. So write it down differently: the <dfn>p50</dfn> is what half of the answers
    didn’t exceed, the <dfn>p99</dfn> what 99 of 100 didn’t. One in a hundred sounds rare. But a page that is made of 100 requests is as slow as the slowest of them,
    and 63 of 100 such pages have at least one of those in it.</p>
    <p>What can a balancer do about it? It can’t make work less. It can see to it that no one stands in a queue while another server has nothing to do. The rest of the course is about that. Here is a request
    of the busy server: most of its time was the queue.</p>`,
  request: { scenario: busy(90, 3600), seed: 5, after: 80_000 },
  tries: {
    text: `<p>Both sides change. Find the load from which the queue doesn’t come back. Then take four servers, as busy as one was, and make all requests the same work: what is left of the wait?</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'how busy each server is',
        unit: '%',
        from: 10,
        to: 110,
        step: 5,
        initial: 90,
        apply: (scenario, percent) => withClients(scenario, { rate: (scenario.origins.length * percent * 10) / pace }),
      },
      {
        kind: 'range',
        label: 'servers',
        unit: '',
        from: 1,
        to: 6,
        step: 1,
        initial: 1,
        apply: (scenario, count) => ({
          ...withClients(scenario, { rate: (scenario.clients.rate * count) / scenario.origins.length }),
          origins: alike(count, pace, 1),
        }),
      },
      {
        kind: 'choice',
        label: 'work of a request',
        options: ['differs at random', 'always the same'],
        initial: 'differs at random',
        apply: (scenario, value) => (value === 'always the same' ? withClients(scenario, { work: 'even' }) : scenario),
      },
    ],
  },
  own: {
    text: `<p>Have each of the four origins do one thing at a time, 40 ms each: together they can do 100 a second. Send 50 a second for ten seconds, then 90, and compare what the balancer
      measured: p50 and p99 of the latest requests at each origin, in ms.</p>`,
    commands: [
      `for port in 8081 8082 8083 8084; do curl -s -X PUT localhost:$port/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":40,"capacity":1,"queue":1000}'; done`,
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":50,"seconds":10}'`,
      `sleep 11; curl -s localhost:8090/api/status | grep -o '"recent":{[^}]*}'`,
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":90,"seconds":10}'`,
      `sleep 11; curl -s localhost:8090/api/status | grep -o '"recent":{[^}]*}'`,
      'for port in 8081 8082 8083 8084; do curl -s -X DELETE localhost:$port/_origin/fault; done',
    ],
  },
  claims: [
    { says: 'takes five times the work', runs: long, figure: ({ eighty }) => (eighty?.mean ?? 0) / pace, within: [4.4, 5.6] },
    { says: 'at 90% ten times', runs: long, figure: ({ ninety }) => (ninety?.mean ?? 0) / pace, within: [8.5, 11.5] },
    { says: 'the average is about half a second', runs: long, figure: ({ eighty }) => eighty?.mean ?? 0, within: [440, 560] },
    { says: 'less than 0.37 seconds', runs: long, figure: ({ eighty }) => eighty?.p50 ?? 0, within: [300, 370] },
    { says: 'longer than 1.9 seconds', runs: long, figure: ({ eighty }) => eighty?.p99 ?? 0, within: [1900, 2800] },
    { says: 'the queue is half as long', runs: long, figure: (o) => waitOf(o, 'even') / waitOf(o, 'ninety'), within: [0.42, 0.58] },
    {
      says: 'about a third of the time of one alone',
      runs: long,
      figure: ({ four, ninety }) => (four?.mean ?? 0) / (ninety?.mean ?? 1),
      within: [0.26, 0.4],
    },
    { says: '63 of 100', runs: long, figure: () => 100 * (1 - 0.99 ** 100), within: [62.5, 63.5] },
  ],
  given: ['100 ms', '10', '5', '9', '1/(10 − 9)', '80%', '90%', '100%', '99 of 100', '40 ms', '50'],
  sources: [
    {
      title: 'Mor Harchol-Balter: Performance Modeling and Design of Computer Systems, 2013, chapters 13 (M/M/1) and 23 (M/G/1)',
      url: 'https://www.cs.cmu.edu/~harchol/PerformanceModeling/book.html',
    },
    {
      title: 'Pollaczek-Khintchine Formula, Encyclopedia of Operations Research and Management Science, 2013',
      url: 'https://doi.org/10.1007/978-1-4419-1153-7_200607',
    },
    {
      title:
        'Jeffrey Dean and Luiz André Barroso: The Tail at Scale, CACM 56(2), 2013: one slow answer in a hundred, and pages made of a hundred',
      url: 'https://doi.org/10.1145/2408776.2408794',
    },
  ],
  code: ['balancer/src/simulate/origin.ts', 'balancer/src/simulate/exponential.ts', 'balancer/src/simulate/quantile.ts'],
};

function rowOf(outcomes: Outcomes, percent: number): string {
  const { mean = 0, p50 = 0, p99 = 0 } = outcomes[named(percent)] ?? {};
  const cells = [mean, expected(percent), p50, p99].map((ms) => `<td>${Math.round(ms)} ms</td>`).join('');
  return `<tr><th scope="row">${percent}%</th>${cells}</tr>`;
}

/** By how much longer an answer takes where a server is busier. */
function more(outcomes: Outcomes, from: number, to: number): number {
  return Math.round((outcomes[named(to)]?.mean ?? 0) - (outcomes[named(from)]?.mean ?? 0));
}
