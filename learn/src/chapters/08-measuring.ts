import type { Chapter, Outcomes, Runs } from '../chapter.ts';
import { fewRequests, givenToSlow, hiccup, oneByOne, slowness } from './08-measuring.worlds.ts';
import { withClients, withPolicy } from './scenes.ts';

/** In the middle of two seconds each, in s: before it is slow, while it is, and after. */
const moments = [3, 6, 9, 12, 15, 18, 21];

const runs: Runs = {
  scenarios: { 'least-requests': hiccup('least-requests'), 'peak-ewma': hiccup('peak-ewma'), prequal: hiccup('prequal') },
  seed: 1,
};
const quiet: Runs = {
  scenarios: { 'least-requests': oneByOne('least-requests'), 'peak-ewma': oneByOne('peak-ewma'), prequal: oneByOne('prequal') },
  seed: 1,
};

const sent = (outcomes: Outcomes, policy: string) => givenToSlow(outcomes[policy], 5, 10).requests;
const slowest = (outcomes: Outcomes, policy: string) => Math.round(outcomes[policy]?.p999 ?? 0);
const ofAll = (policy: string) => (outcomes: Outcomes) => givenToSlow(outcomes[policy]).requests;

/** Policies that measure: peak EWMA and Prequal. */
export const chapter: Chapter = {
  number: 8,
  slug: 'measuring',
  title: 'Measuring',
  question: `<p>Two tills, one customer at each. At one of them the cashier is new and takes ten times as long. If you only count
    heads, the tills are alike. You could remember how long it took the last time, or call over and ask.
    <strong>Who notices first that a server has become slow, and what does it cost to know?</strong></p>`,
  stage: {
    sides: [
      { name: 'counting: least-requests', scenario: fewRequests('least-requests') },
      { name: 'measuring', scenario: fewRequests('peak-ewma') },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['mean', 'p99', 'share'],
    buttons: [
      { label: 'Make origin-2 well', happening: slowness(1) },
      { label: 'Make it ten times as slow', happening: slowness(10) },
    ],
  },
  look: `<p>Few requests come, so most of the time all servers are idle. After six seconds origin-2 becomes ten times as slow. The side that counts
    sees zero, zero, zero, zero, and goes there again and again; only a request that is still there keeps others away. The other side
    remembers how long answers took. Make origin-2 well again, and watch how long nobody believes it.</p>`,
  prediction: {
    kind: 'curve',
    prompt: `<p>A busier world: 200 requests a second to four servers, so that each gets 25% of them. From the fifth second to the tenth, origin-2 is ten times as slow;
      then it is as well as before. The balancer measures, with <code>peak-ewma</code>.
      <strong>Draw the part of all requests that origin-2 gets.</strong></p>`,
    x: { label: 'time', unit: ' s', values: moments },
    y: { label: 'part that origin-2 gets', unit: '%', most: 40 },
    runs,
    charts: ['shares', 'latency'],
    answer: ({ 'peak-ewma': outcome }) => moments.map((at) => givenToSlow(outcome, at - 1, at + 1).percent),
    happened: (
      outcomes,
    ) => `<p>It falls at once and comes back slowly. Of about a thousand requests that came in the five slow seconds, origin-2 got
      ${sent(outcomes, 'peak-ewma')}. Counting sent ${sent(outcomes, 'least-requests')} there, and <code>prequal</code>, which asks, ${sent(outcomes, 'prequal')}.
      The unluckiest one in a thousand waited ${slowest(outcomes, 'peak-ewma')} ms with measuring, ${slowest(outcomes, 'least-requests')} ms with
      counting, and ${slowest(outcomes, 'prequal')} ms with asking. And five seconds after origin-2 was well, it still got only
      ${givenToSlow(outcomes['peak-ewma'], 14, 16).percent.toFixed(0)}% of the requests by measuring, and
      ${givenToSlow(outcomes['prequal'], 14, 16).percent.toFixed(0)}% by asking.</p>`,
  },
  why: `<p>Counting notices a slow server when requests pile up there: they have to be sent before anything is seen. Where they come one at a time, nothing
    ever piles up. In a world of 120 requests, each after the answer to the one before, counting gives the slow server 30: a quarter, as if nothing were
    wrong. Who remembers gives it 3, and who asks no more.</p>
    <p><strong><code>peak-ewma</code></strong> remembers one number for each server: how long answers lately took. It is an average that forgets (that is
    <abbr title="exponentially weighted moving average">EWMA</abbr>), with a twist that gives it its first name: an answer slower than the average
    <em>becomes</em> the average at once. Bad news is believed, good news has to repeat itself. Then two servers are drawn, as in chapter 7, and the one with less
    <i>latency × (in flight + 1)</i> is taken. While nobody asks a server, its number fades: to 37% in ten seconds. So a server that was slow is tried
    again some day. One request pays for each such try.</p>
    <p><strong><code>prequal</code></strong> asks. With each request it sends up to three small questions to servers drawn by lot: how many have you, and how long do they
    take? It doesn't wait for the answers. It decides by those that are there already, none older than a second. Servers with more in flight than most are <dfn>hot</dfn> and left alone; of the
    others it takes the fastest. The answer of a server holds for everything that it does, also for what others sent there: other balancers, a backup at night, a noisy neighbour
    on the same machine. No balancer can see that by itself.</p>
    <p><strong>What it costs.</strong> Questions are work: three for each request, until it is 1,000 a second (then there are no more). If your requests
    are as cheap as a question, don't ask. Answers are old when they are used, so the fastest server
    gets a wave of requests until it is known to be hot: in this small world, half of the answers took a quarter longer with <code>prequal</code> than
    with <code>peak-ewma</code>. And a server to which nobody goes has nothing new to tell. Last, beware of what is fast because it is
    broken: an error page takes a millisecond. That is why here a failure counts as slow. A page with status 200 that says “sorry”
    fools everyone who measures.</p>`,
  request: { scenario: hiccup('peak-ewma'), seed: 1, after: 8000 },
  tries: {
    text: `<p>Let the right side ask instead of remember. Then turn the requests up: the more there are, the better counting becomes, since
      now there is something to count.</p>`,
    knobs: [
      {
        kind: 'choice',
        label: 'how the right side measures',
        options: ['peak-ewma', 'prequal', 'two-choices'],
        initial: 'peak-ewma',
        apply: (scenario, policy) => (scenario.settings.policy === 'least-requests' ? scenario : withPolicy(scenario, policy)),
      },
      {
        kind: 'range',
        label: 'requests a second',
        unit: '',
        from: 2,
        to: 50,
        step: 2,
        initial: 12,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
      {
        kind: 'range',
        label: 'so many times as slow',
        unit: '',
        from: 2,
        to: 30,
        step: 1,
        initial: 10,
        apply: (scenario, times) => ({ ...scenario, events: [{ ...slowness(times), at: 6000 }] }),
      },
    ],
  },
  own: {
    text: `<p>Make one origin slow, and ask one at a time: first with the policy that counts, then with one that measures. What was
      measured is kept, so <code>peak-ewma</code> may know already. The last line makes the origin well again.</p>`,
    commands: [
      `curl -X PUT localhost:8082/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":300}'`,
      `for policy in least-requests peak-ewma prequal; do
  curl -s -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d "{\\"name\\":\\"$policy\\"}" >/dev/null
  echo "$policy:"; for i in $(seq 20); do curl -s localhost:8080; echo; done | sort | uniq -c
done`,
      'curl -X DELETE localhost:8082/_origin/fault',
    ],
  },
  claims: [
    { says: 'the slow server 30', runs: quiet, figure: ofAll('least-requests'), within: [30, 30] },
    { says: 'gives it 3,', runs: quiet, figure: ofAll('peak-ewma'), within: [3, 3] },
    { says: 'who asks no more', runs: quiet, figure: ofAll('prequal'), within: [1, 3] },
    { says: '120 requests', runs: quiet, figure: ({ prequal }) => prequal?.requests ?? 0, within: [119, 121] },
    {
      says: 'a quarter longer',
      runs,
      figure: ({ prequal, 'peak-ewma': peak }) => (prequal?.p50 ?? 0) / (peak?.p50 ?? 1),
      within: [1.15, 1.4],
    },
  ],
  given: ['200', '25%', '7', '1', '2', '37%', '1,000'],
  sources: [
    {
      title: 'Wydrowski, Kleinberg, Rumble and Archer: Load is not what you should balance: Introducing Prequal, NSDI 2024',
      url: 'https://www.usenix.org/conference/nsdi24/presentation/wydrowski',
    },
    {
      title: 'Linkerd: load balancing, with Finagle’s least loaded, peak EWMA and aperture',
      url: 'https://linkerd.io/1/features/load-balancing/',
    },
    {
      title: 'Steve Jenson: Beyond Round Robin: Load Balancing for Latency, 2016, which compares peak EWMA with counting',
      url: 'https://linkerd.io/2016/03/16/beyond-round-robin-load-balancing-for-latency/',
    },
  ],
  code: [
    'balancer/src/brain/select/peak-ewma.ts',
    'balancer/src/brain/select/prequal.ts',
    'balancer/src/brain/select/load-answers.ts',
    'balancer/src/brain/select/hot-or-cold.ts',
  ],
};
