import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { alike, scene, withClients, withPolicy } from './scenes.ts';

/** Three servers and one request each quarter of a second, so that everybody's turn can be followed. */
const three = withClients(scene(alike(3, 150, 1), 4, 600), { work: 'even', arrivals: 'even' });

const minute: Scenario = { ...three, seconds: 60 };

/** The same world, whose balancer begins anew every so many seconds. */
function restarted(scenario: Scenario, every: number): Scenario {
  const times = Math.max(0, Math.ceil(scenario.seconds / every) - 1);
  // Just after a request, so that it is clear which came before.
  const events = Array.from({ length: times }, (_, time) => ({
    kind: 'restart' as const,
    balancer: 0,
    at: (time + 1) * every * 1000 + 100,
  }));
  return { ...scenario, events };
}

/** Origin-2 is away from the tenth to the thirtieth second. */
const away: Scenario = {
  ...minute,
  events: [
    { kind: 'condition', origin: 1, condition: 'crashed', at: 10_100 },
    { kind: 'condition', origin: 1, condition: 'up', at: 30_100 },
  ],
};

const restarts: Runs = { scenarios: { 'no restart': minute, 'a restart each second': restarted(minute, 1) }, seed: 1 };
const absence: Runs = { scenarios: { away }, seed: 1 };

/** What an origin got of all, in percent, between two moments. */
function shareOf(outcome: Outcome | undefined, origin: number, from = 0, to = Number.POSITIVE_INFINITY): number {
  const parts = (outcome?.parts ?? []).filter(({ at }) => at >= from && at < to).map(({ taken }) => taken);
  const all = parts.flat().reduce((sum, count) => sum + count, 0);
  return (100 * parts.reduce((sum, taken) => sum + (taken[origin] ?? 0), 0)) / all;
}

/** Round robin, and why it asks who has waited longest. */
export const chapter: Chapter = {
  number: 2,
  slug: 'whose-turn',
  title: 'Whose turn',
  question: `<p>A teacher asks the pupils in turn, by the list on the desk, so that everybody is asked equally often. Then the teacher falls ill, and a
    substitute comes, who has the same list but doesn’t know how far it has got. <strong>Who is asked now? And who is asked most, if each day brings
    another substitute?</strong></p>`,
  stage: {
    sides: [{ name: 'round-robin', scenario: three }],
    seed: 1,
    msPerSecond: 1000,
    figures: ['answered', 'share'],
    buttons: [
      { label: 'Restart the balancer', happening: { kind: 'restart', balancer: 0 } },
      { label: 'Switch origin-2 off', happening: { kind: 'condition', origin: 1, condition: 'crashed' } },
      { label: 'Switch it on again', happening: { kind: 'condition', origin: 1, condition: 'up' } },
    ],
  },
  look: `<p>Taking turns is called <dfn>round robin</dfn>, and the rule by which a balancer picks is its <dfn>policy</dfn>. Four requests come each second,
    evenly, so that you can count along: 1, 2, 3, 1, 2, 3. Press “Restart the balancer” at any moment, and see who is next.</p>`,
  prediction: {
    kind: 'slider',
    prompt: `<p>Three servers, four requests a second. Now the balancer is restarted after every fourth request, and remembers nothing.
      <strong>Which part of all requests does origin-1 get?</strong> (Without restarts it is a third.)</p>`,
    unit: '%',
    from: 0,
    to: 100,
    tolerance: 0.1,
    runs: restarts,
    charts: ['shares'],
    answer: (outcomes) => shareOf(outcomes['a restart each second'], 0),
    happened: (outcomes) => {
      const { taken = [], requests = 0 } = outcomes['a restart each second'] ?? {};
      return `<p>Of ${requests} requests, the three servers got ${taken.join(', ')}. Between two restarts the turns are 1, 2, 3, 1: the first one is asked
        twice, and the turn that would have made up for it never comes. It is a substitute each day, and Adam is always the first on the list.</p>`;
    },
  },
  why: `<p>No balancer is restarted each second. But the same happens where there are <em>many</em> of them: a hundred that have just started,
    or programs that live for a few requests and keep a list of their own. Each begins at the first, and all of them begin at the same first. (So some products
    begin at a place drawn by lot. This one begins at the top of the list.) A single restart needs no mending: after it, turns are as fair as before.</p>
    <p><strong>What is “next”, when the list changes?</strong> The plain way is to count the requests, and to divide
    the number by that of the servers: the remainder says who is next. When one leaves, all remainders change at once; somebody is asked twice in a row, and somebody is left out. This
    balancer asks another question: <em>who has waited longest since the last turn?</em> With a list that stays the same, that is the same order. But nobody’s
    turn depends on who else is on the list. Switch origin-2 off: the other two take turns. Switch it on again: it has waited longest, so it is
    next. Once. It doesn’t get all that it missed, which would be a flood for a server that has only just got up; from then on it gets a third, as before.</p>
    <p><code>round-robin</code> is good where servers are alike and requests are about the same work. It looks at nothing else: not at how
    long a request takes, not at how much a server has to do. Chapters 4 and 5 are about what comes of that. Here is one of the requests, while origin-2 was away.</p>`,
  request: { scenario: away, seed: 1, after: 20_000 },
  tries: {
    text: `<p>Have the balancer restarted by itself, more and more often. Does <code>random</code>, which draws lots and so remembers nothing anyway, mind it?
      What does it do worse while nobody restarts anything?</p>`,
    knobs: [
      {
        kind: 'choice',
        label: 'the balancer restarts',
        options: ['never', 'every 5 seconds', 'every second'],
        initial: 'never',
        apply: (scenario, value) => (value === 'never' ? scenario : restarted(scenario, value === 'every second' ? 1 : 5)),
      },
      {
        kind: 'choice',
        label: 'policy',
        options: ['round-robin', 'random'],
        initial: 'round-robin',
        apply: withPolicy,
      },
      {
        kind: 'range',
        label: 'servers',
        unit: '',
        from: 2,
        to: 6,
        step: 1,
        initial: 3,
        apply: (scenario, count) => ({ ...scenario, origins: alike(count, 150, 1) }),
      },
    ],
  },
  own: {
    text: `<p>Ask eight times, take the second origin out, ask again, and put it back: its turn comes at once, and once. Then stop the balancer, start it again and ask:
      the first on the list is the first.</p>`,
    commands: [
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"round-robin"}'`,
      'for i in 1 2 3 4 5 6 7 8; do curl -s localhost:8080; echo; done',
      'curl -X POST localhost:8090/api/origins/localhost:8082/drain',
      'for i in 1 2 3 4 5 6; do curl -s localhost:8080; echo; done',
      'curl -X POST localhost:8090/api/origins/localhost:8082/enable',
      'for i in 1 2 3 4 5 6; do curl -s localhost:8080; echo; done',
    ],
  },
  claims: [
    { says: 'Without restarts it is a third', runs: restarts, figure: (o) => shareOf(o['no restart'], 0), within: [33, 34] },
    { says: 'the other two take turns', runs: absence, figure: ({ away: o }) => shareOf(o, 0, 20_000, 30_000), within: [49, 51] },
    { says: 'from then on it gets a third', runs: absence, figure: ({ away: o }) => shareOf(o, 1, 40_000), within: [32.5, 34.2] },
  ],
  given: ['1, 2, 3, 1, 2, 3', '4', '5'],
  sources: [
    {
      title: 'nginx, the module ngx_http_upstream_module: turns by weight, which are this policy’s where weights differ',
      url: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html',
    },
    {
      title: 'lua-resty-balancer, pull request 26: every worker of every replica begins with the first server',
      url: 'https://github.com/openresty/lua-resty-balancer/pull/26',
    },
    {
      title: 'Envoy, pull request 3271: balancers of a fleet begin at different places, and a changed list doesn’t begin anew',
      url: 'https://github.com/envoyproxy/envoy/pull/3271',
    },
  ],
  code: ['balancer/src/brain/select/round-robin.ts', 'balancer/src/brain/select/waiting-line.ts', 'balancer/src/brain/select/random.ts'],
};
