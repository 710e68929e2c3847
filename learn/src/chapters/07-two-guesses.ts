import type { Chapter, Outcomes, Runs } from '../chapter.ts';
import { crowd, fullest, rateFor, shared, thrown } from './07-two-guesses.worlds.ts';
import { alike, withClients } from './scenes.ts';

const sizes = [10, 30, 100, 300, 1000];
const one = (servers: number) => `${servers} servers, one guess`;
const two = (servers: number) => `${servers} servers, two guesses`;

const runs: Runs = {
  scenarios: Object.fromEntries(
    sizes.flatMap((n) => [[one(n), thrown(n, 'random')] as const, [two(n), thrown(n, 'two-choices')] as const]),
  ),
  seed: 2,
};

const alone: Runs = { scenarios: { least: shared('least-requests', 1), two: shared('two-choices', 1) }, seed: 1 };
const many: Runs = { scenarios: { least: shared('least-requests', 20), two: shared('two-choices', 20) }, seed: 1 };

/** How many times as long the unluckiest wait with two guesses as with a look at all. */
const costOfGuessing = ({ least, two: guessed }: Outcomes) => (guessed?.p99 ?? 0) / (least?.p99 ?? 1);

/** The power of two choices, and why not all of them. */
export const chapter: Chapter = {
  number: 7,
  slug: 'two-guesses',
  title: 'Two guesses',
  question: `<p>You come to a supermarket with very many tills, and you are in a hurry. You could walk past all of them and count who
    stands where. You could close your eyes and take any. Or you peep at just two, and take the shorter queue.
    <strong>How much does that one more look help?</strong></p>`,
  stage: {
    sides: [
      { name: 'one guess: random', scenario: crowd('random') },
      { name: 'two guesses: two-choices', scenario: crowd('two-choices') },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['p50', 'p99', 'inFlight'],
    buttons: [{ label: 'Send 16 at once', happening: { kind: 'burst', requests: 16 } }],
  },
  look: `<p>The same requests come to both sides, 16 a second, and each server works four fifths of its time. On the left
    the balancer draws one server by lot, and that is it. On the right it draws two and takes the one with fewer requests
    <dfn>in flight</dfn>: sent there and not yet answered. Look for the longest queue on each side, and for servers that have nothing to do meanwhile.</p>`,
  prediction: {
    kind: 'curve',
    prompt: `<p>Now all servers are idle, and as many requests come at once as there are servers: one for each, if they were dealt out well.
      With one guess some servers get several. The fullest of 10 gets about 3; of 100 about 4;
      of 1,000 it gets 5 or 6. <strong>Draw the fullest server with two guesses.</strong></p>`,
    x: { label: 'servers, and as many requests', unit: '', values: sizes },
    y: { label: 'requests at the fullest server', unit: '', most: 8 },
    runs,
    charts: [],
    answer: (outcomes) => sizes.map((servers) => fullest(outcomes[two(servers)])),
    happened: (outcomes) => `<p>Of 1,000 servers the fullest got ${figure(outcomes, one(1000))} with one guess and
      ${figure(outcomes, two(1000))} with two. The line hardly rises. (Where servers are few, chance is large: there, each figure is the average of three times.)</p>
      <table><thead><tr><th scope="col">servers</th><th scope="col">fullest with one guess</th><th scope="col">with two</th></tr></thead><tbody>
      ${sizes.map((n) => `<tr><th scope="row">${n}</th><td>${figure(outcomes, one(n))}</td><td>${figure(outcomes, two(n))}</td></tr>`).join('')}
      </tbody></table>`,
  },
  why: `<p>Say that one server in ten has a queue of two. With one guess, one request in ten runs into such a queue and makes it three. With two
    guesses that happens only when <em>both</em> hit one: a tenth of a tenth, one in a hundred. So there are very few queues of three. For a
    four, both guesses must hit one of those few. At each step the chance is squared, and it is gone after a few steps.
    The mathematicians say: with one guess the fullest of <i>n</i> servers grows like
    ln <i>n</i> / ln ln <i>n</i>, with two like ln ln <i>n</i> / ln 2. From a thousand servers to a million, the second adds just one. A third guess helps
    much less than the second did.</p>
    <p><strong>Why not look at all?</strong> A balancer that is alone can do so, and should: counting all, <code>least-requests</code>, is better. In a world of
    10 servers the unluckiest one in a hundred waited a third longer with two guesses. But that balancer knows each count exactly, since
    every request went through it. Where 20 balancers share those servers, each sees only its own part, and the advantage is gone.
    It gets worse when counts are <em>old</em>. If a hundred people hear at the same moment that till three is empty, a hundred people go to till three. That is
    a <dfn>herd</dfn>: the better all of them know the same old news, the worse it is. Two guesses by lot send them to
    different tills, and still to the better ones. Chapter 14 lets the herd run.</p>
    <p><code>two-choices</code> is for several balancers in front of the same servers, and for very many servers. It is no better than chance where
    nothing is in flight: then both guesses tie, and the first one is taken. Here is a request for which the second guess was the better one.</p>`,
  request: { scenario: crowd('two-choices'), seed: 1, after: 7560 },
  tries: {
    text: `<p>Turn the load up to 95%, and see on which side it hurts. Then take fewer servers: with two of them, two guesses are a look at all. (The load stays what it was.)
      With more balancers, each counts its own requests only, and the right side loses some of what it was ahead.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'servers',
        unit: '',
        from: 2,
        to: 12,
        step: 1,
        initial: 8,
        apply: (scenario, servers) => withClients({ ...scenario, origins: alike(servers, 400, 1) }, { rate: rateFor(servers, 0.8) }),
      },
      {
        kind: 'range',
        label: 'load',
        unit: '%',
        from: 10,
        to: 95,
        step: 5,
        initial: 80,
        apply: (scenario, load) => withClients(scenario, { rate: rateFor(scenario.origins.length, load / 100) }),
      },
      {
        kind: 'range',
        label: 'balancers',
        unit: '',
        from: 1,
        to: 5,
        step: 1,
        initial: 1,
        apply: (scenario, balancers) => ({ ...scenario, balancers }),
      },
    ],
  },
  own: {
    text: `<p>Make the first of the four origins slow, and send 20 requests a second for ten seconds. The line before the last counts whom the
      latest 100 requests went to. Do it again with <code>random</code> for <code>two-choices</code>, then make the origin well.</p>`,
    commands: [
      `curl -X PUT localhost:8081/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":500}'`,
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"two-choices"}'`,
      `curl -X POST localhost:8090/api/traffic -H 'content-type: application/json' -d '{"rate":20,"seconds":10}'`,
      `sleep 10; curl -s 'localhost:8090/api/decisions?limit=100' | grep -o '"origin":"[^"]*"' | sort | uniq -c`,
      'curl -X DELETE localhost:8081/_origin/fault',
    ],
  },
  claims: [
    { says: '10 gets about 3', runs, figure: (outcomes) => fullest(outcomes[one(10)]), within: [2.3, 3.4] },
    { says: '100 about 4', runs, figure: (outcomes) => fullest(outcomes[one(100)]), within: [3.3, 5] },
    { says: '5 or 6', runs, figure: (outcomes) => fullest(outcomes[one(1000)]), within: [5, 6] },
    { says: 'a third longer', runs: alone, figure: costOfGuessing, within: [1.25, 1.42] },
    { says: 'the advantage is gone', runs: many, figure: costOfGuessing, within: [0.85, 1.05] },
  ],
  given: ['16', '10', '100', '1,000', '2', '20', '14', '95%', '3', '4', '5', '6'],
  sources: [
    {
      title: 'Michael Mitzenmacher: The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001',
      url: 'https://www.eecs.harvard.edu/~michaelm/postscripts/tpds2001.pdf',
    },
    {
      title: 'Azar, Broder, Karlin and Upfal: Balanced Allocations, STOC 1994, where ln ln n / ln 2 was proved',
      url: 'https://doi.org/10.1145/195058.195412',
    },
    {
      title:
        'Michael Mitzenmacher: How Useful Is Old Information?, IEEE TPDS 11(1), 2000: two guesses stand old counts, looking at all does not',
      url: 'https://www.eecs.harvard.edu/~michaelm/abstracts/tpds2000.html',
    },
  ],
  code: ['balancer/src/brain/select/two-choices.ts', 'balancer/src/brain/select/draw.ts', 'balancer/src/brain/select/random.ts'],
};

function figure(outcomes: Outcomes, name: string): string {
  return fullest(outcomes[name]).toFixed(1);
}
