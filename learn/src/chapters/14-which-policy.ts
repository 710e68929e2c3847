import { policies } from '../../../balancer/src/brain/select/policies.ts';
import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Chapter, Outcomes, Runs } from '../chapter.ts';
import { time } from '../show/figure-names.ts';
import { alike, scene, withClients, withPolicy } from './scenes.ts';

/** Three servers that are alike, and one that takes three times as long; so many times as slow as the world that is measured. */
function mixed(policy: string, balancers: number, slower = 1): Scenario {
  const origins = [...alike(3, 40 * slower, 2), ...alike(1, 120 * slower, 2)];
  return { ...scene(origins, 90 / slower, 12 * slower, policy), balancers };
}

const names = Object.keys(policies);
const many: Runs = { scenarios: Object.fromEntries(names.map((name) => [name, mixed(name, 8)])), seed: 1 };
const counting: Runs = { scenarios: { one: mixed('least-requests', 1), eight: mixed('least-requests', 8) }, seed: 1 };

/** The policies that one might take for this, in the order in which the course has them. */
const asked = ['round-robin', 'least-requests', 'two-choices', 'peak-ewma'];

/** Of some policies, the one with which the unluckiest wait least. */
function bestOf(outcomes: Outcomes, some: readonly string[]): string {
  const slowness = (name: string) => (outcomes[name] as Outcome).p99;
  return some.reduce((best, name) => (slowness(name) < slowness(best) ? name : best));
}

/** Many balancers, and the choice of a policy. */
export const chapter: Chapter = {
  number: 14,
  slug: 'which-policy',
  title: 'Many balancers, and which policy to take',
  question: `<p>A balancer is one machine, and a machine can break. So there are several of them, side by side, in front of the same servers. Each
    sees only the requests that come through itself. <strong>What does a balancer still know, when it is one of eight? And which policy should you take
    for your own servers?</strong></p>`,
  stage: {
    sides: [
      { name: 'one balancer counts', scenario: mixed('least-requests', 1, 10) },
      { name: 'six balancers count, each for itself', scenario: mixed('least-requests', 6, 10) },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['p50', 'p99', 'share'],
    buttons: [{ label: 'Send 16 at once', happening: { kind: 'burst', requests: 16 } }],
  },
  look: `<p>Both sides get the same requests, 9 a second, and have the same four servers; the last one takes three times as long as the others. Both go by
    <code>least-requests</code>. On the left one balancer knows all that is under way. On the right each of six knows a sixth of it. Press
    the button: on the right each balancer thinks that the servers are nearly idle, and several send to the same one.</p>`,
  prediction: {
    kind: 'choice',
    prompt: `<p>Eight balancers, and servers as above but ten times as fast, with 90 requests a second. All ten policies of this balancer are played, with the very
      same requests. <strong>With which of these does the unluckiest one in a hundred wait least?</strong></p>`,
    options: [
      { id: 'round-robin', label: 'round-robin: it needs to know nothing, so that not knowing can’t hurt it' },
      { id: 'least-requests', label: 'least-requests: a part of the counts is better than none' },
      { id: 'two-choices', label: 'two-choices: it is made for several balancers' },
      { id: 'peak-ewma', label: 'peak-ewma: how long answers take shows what others have sent there, too' },
    ],
    runs: many,
    charts: ['latency', 'shares'],
    answer: (outcomes) => bestOf(outcomes, asked),
    happened: (
      outcomes,
    ) => `<p>Of the four, <code>${bestOf(outcomes, asked)}</code>: its p99 is ${time(outcomes[bestOf(outcomes, asked)]?.p99 ?? 0)};
      with <code>least-requests</code> it is ${time(outcomes['least-requests']?.p99 ?? 0)}, with <code>round-robin</code> ${time(outcomes['round-robin']?.p99 ?? 0)}.
      Turns send the slow server a quarter of everything, more than it can do: its queue never ends. Counts are a part of the truth when there are eight
      who count. But a slow answer is slow for whatever reason, also because of what other balancers have sent there. Who measures sees the others’ work; who counts sees only its own.</p>`,
  },
  why: `<p>Balancers side by side <dfn>herd</dfn>: each finds the same server idle, and all send to it, because none sees what the others do. Counting suffers
    most. In this world the unluckiest one in a hundred waited about twice as long with eight balancers as with one, with the same servers and requests.
    Two guesses break the herd by lot. Measuring sees the others’ load in the answers’ times, a little late.</p>
    <p><strong>So which should you take?</strong></p>
    <ul>
    <li><code>round-robin</code> where servers are alike and requests are about the same work; it is easy to foresee. With weights, where you know them to be unlike.</li>
    <li><code>least-requests</code> where requests differ and one balancer sees them all: the usual choice.</li>
    <li><code>two-choices</code> with many servers or several balancers.</li>
    <li><code>peak-ewma</code> where servers differ and you don’t know how, or it changes. <code>prequal</code> too, where servers can say what they have to do;
    it asks them, which costs requests.</li>
    <li><code>maglev-hash</code> or <code>rendezvous-hash</code> where the same one must come to the same server, and <code>bounded-hash</code> where some keys are much hotter than others.</li>
    <li><code>first</code> where the others are there only in case it fails. <code>random</code> to compare with.</li>
    </ul>
    <p>No policy mends what is not its business: for servers that fail there is ejection, for bad moments there are retries within a budget, for too much
    there is a short queue and a quick no. And this page is a model: real requests are not exactly like these. Measure your own. Here is a request that one of eight balancers sent to the slow server,
    because none of its own was there.</p>`,
  request: { scenario: mixed('least-requests', 8), seed: 1, after: 5000, origin: 3 },
  tries: {
    text: `<p>Take each policy in turn, and watch the slow server's queue on the right. More balancers make it worse for some and not for others. With very uneven work
      (2 in 100 are 20 times as much) the order of the policies is another.</p>`,
    knobs: [
      { kind: 'choice', label: 'policy', options: names, initial: 'least-requests', apply: withPolicy },
      {
        kind: 'choice',
        label: 'work of a request',
        options: ['all alike', 'at random', 'very uneven'],
        initial: 'at random',
        apply: (scenario, work) => withWork(scenario, work),
      },
      {
        kind: 'range',
        label: 'load',
        unit: ' requests a second',
        from: 1,
        to: 14,
        step: 1,
        initial: 9,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
    ],
  },
  own: {
    text: `<p>Make one of the four origins slow, and try policies under the same traffic. The status says what each origin got, and how long it took.
      Or draw your own servers in the playground, and compare two policies there before you touch anything.</p>`,
    commands: [
      `curl -X PUT localhost:8084/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":300}'`,
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"peak-ewma"}'`,
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":20,"seconds":10}'`,
      `sleep 10; curl -s 'localhost:8090/api/decisions?limit=100' | grep -o '"origin":"[^"]*"' | sort | uniq -c`,
      'curl -X DELETE localhost:8084/_origin/fault',
    ],
  },
  claims: [
    {
      says: 'about twice as long with eight balancers as with one',
      runs: counting,
      figure: ({ one, eight }) => (eight?.p99 ?? 0) / (one?.p99 ?? 1),
      within: [1.6, 2.6],
    },
  ],
  given: ['9', '90', '2', '100', '20'],
  sources: [
    {
      title: 'Michael Mitzenmacher: How Useful Is Old Information?, IEEE TPDS 11(1), 2000',
      url: 'https://www.eecs.harvard.edu/~michaelm/abstracts/tpds2000.html',
    },
    {
      title: 'Wydrowski and others: Load is not what you should balance: Introducing Prequal, NSDI 2024',
      url: 'https://www.usenix.org/conference/nsdi24/presentation/wydrowski',
    },
    {
      title: 'Site Reliability Engineering, chapter 20: Load Balancing in the Datacenter',
      url: 'https://sre.google/sre-book/load-balancing-datacenter/',
    },
  ],
  code: ['balancer/src/brain/select/policies.ts', 'balancer/src/brain/select/peak-ewma.ts', 'balancer/src/brain/pool/ledger.ts'],
};

function withWork(scenario: Scenario, work: string): Scenario {
  const { work: _, ...clients } = scenario.clients;
  if (work === 'all alike') return { ...scenario, clients: { ...clients, work: 'even' } };
  return { ...scenario, clients: work === 'very uneven' ? { ...clients, work: { share: 0.02, times: 20 } } : clients };
}
