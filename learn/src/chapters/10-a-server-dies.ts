import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { crashing, hanging, lying, stumbling, withHealth, withoutEjection, wrongAt } from './10-a-server-dies.worlds.ts';

const failures = (outcome: Outcome | undefined) => outcome?.failed ?? 0;

/** From when it went wrong until the second server got no more, in s; to a quarter of a second. */
function noticedAfter(outcome: Outcome | undefined): number {
  const latest = outcome?.parts.findLast(({ taken }) => (taken[1] ?? 0) > 0);
  return ((latest?.at ?? 0) + 250 - wrongAt) / 1000;
}

const runs: Runs = { scenarios: { 'it crashes': crashing, 'it hangs': hanging, 'it answers errors': lying }, seed: 1 };
const unwatched: Runs = { scenarios: { unwatched: withoutEjection(lying) }, seed: 1 };
const seldom: Runs = { scenarios: { seldom: withHealth(hanging, { interval: 10_000 }) }, seed: 1 };

/** How it is noticed that a server is dead, and how long that takes. */
export const chapter: Chapter = {
  number: 10,
  slug: 'a-server-dies',
  title: 'A server dies',
  question: `<p>In a supermarket a cashier faints. Those who stand at her till see it at once; the manager in his office sees it when he next looks
    at his screen. A load balancer has the same two ways to learn that a server is dead. <strong>How many people are sent to a dead till
    before somebody notices?</strong></p>`,
  stage: {
    sides: [{ name: 'four servers', scenario: stumbling }],
    seed: 1,
    msPerSecond: 1000,
    figures: ['answered', 'failed', 'share'],
    buttons: [
      { label: 'Crash origin-1', happening: { kind: 'condition', origin: 0, condition: 'crashed' } },
      { label: 'Let it hang', happening: { kind: 'condition', origin: 0, condition: 'hung' } },
      { label: 'Make it well', happening: { kind: 'condition', origin: 0, condition: 'up' } },
    ],
  },
  look: `<p>A server can die in three ways, and here it happens to one after the other. First origin-2 <dfn>crashes</dfn>: the program is gone,
    and who knocks is refused. Then origin-3 <dfn>hangs</dfn>: it takes requests, and nothing comes back. At last origin-4 answers, at once, and each answer
    is <em>500, something is broken</em>. After 45 seconds it begins anew. Nothing is tried again in this chapter, so you see each failure.
    Watch how long each of them still gets requests.</p>`,
  prediction: {
    kind: 'choice',
    prompt: `<p>The balancer <dfn>probes</dfn> each server every 2 seconds: a small question, with 1 second for the answer. Three bad probes in a row, and the
      server gets no more requests. Now 100 requests a second come, and one of the four servers dies; then you look on for 20 seconds.
      The one that answers errors has a health page that says it is fine, so its probes are good all the time.
      <strong>Which death costs the most requests?</strong></p>`,
    options: [
      { id: 'crashes', label: 'It crashes: nobody is there any more' },
      { id: 'hangs', label: 'It hangs: it takes requests and keeps them' },
      { id: 'errors', label: 'It answers only errors, and its probes are fine' },
    ],
    runs,
    charts: ['failures'],
    answer: ({ 'it crashes': crashed, 'it hangs': hung, 'it answers errors': lied }) => {
      const most = Math.max(failures(crashed), failures(hung), failures(lied));
      return most === failures(hung) ? 'hangs' : most === failures(lied) ? 'errors' : 'crashes';
    },
    happened: ({ 'it crashes': crashed, 'it hangs': hung, 'it answers errors': lied }) => `<p>The crash cost
      ${failures(crashed)} requests, the errors ${failures(lied)}, and the hang ${failures(hung)}. The crash speaks for itself: a refused connection needs no judge,
      and two in a row are enough. The errors speak as well, to whoever looks at them. But a server that hangs says nothing, and silence looks
      the same as work that takes long. Somebody has to wait before he knows: it took ${noticedAfter(hung)} s. (Its failures
      show up late in the chart, since each of these clients waited 10 s before the balancer gave up.)</p>`,
  },
  why: `<p>A balancer that only looks now and then is blind in between. Up to 2 seconds pass until the first look, and it takes three bad ones, since a
    single one may be bad luck: 2 × 3 = 6 seconds, and a quarter of all requests goes to the dead one meanwhile. Looking more often costs
    more questions; believing the first bad one throws out servers that only hiccup. So this balancer does two things. Where requests get
    no answer, it doesn't wait for the clock: it probes now, and then eight times as often, until it knows. The hang was noticed after
    about 4 s, of which 3 were the three probes’ own time; with a probe every 10 seconds it was less than 8 s, where the clock alone would take up to 30.
    And it learns from the requests themselves, which is <dfn>passive</dfn> evidence: it costs nothing, and it is as quick as the traffic.</p>
    <p>The third way of dying is the mean one: <strong>“healthy” is what a server says of itself.</strong> A health page often does nothing but say
    “OK”, while the database behind it is gone. Here no probe would ever notice: where nobody looks at answers, the same 20 seconds cost about 500
    requests, and the next hour costs a quarter of everything. So a server whose answers are bad, while those of the others are
    good, is <dfn>ejected</dfn>: left out for 10 seconds, then tried again; if it still fails, for 20, and so on. The comparison matters. If
    <em>all</em> answer errors, something that they share is broken, and throwing servers out would only make the rest
    drown. That is also why at most half of them are ever ejected.</p>
    <p>What can go wrong with it: a probe that asks too much (it looks into the database, the database has a slow second, and all servers are “down” at
    once). Probe for “can I work at all”, and let requests tell the rest. Here is a request that came while one server was left out.</p>`,
  request: { scenario: lying, seed: 1, after: 12_000 },
  tries: {
    text: `<p>Turn it for the world at the top. Let the probes be rare, and watch how long origin-3 swallows requests. Believe one bad probe,
      or only the sixth. Then switch ejection off, and wait for origin-4.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'a probe every',
        unit: ' s',
        from: 0.5,
        to: 10,
        step: 0.5,
        initial: 2,
        apply: (scenario, seconds) => withHealth(scenario, { interval: seconds * 1000 }),
      },
      {
        kind: 'range',
        label: 'bad probes in a row until it is out',
        unit: '',
        from: 1,
        to: 6,
        step: 1,
        initial: 3,
        apply: (scenario, fall) => withHealth(scenario, { fall }),
      },
      {
        kind: 'choice',
        label: 'who answers errors is',
        options: ['ejected', 'left alone'],
        initial: 'ejected',
        apply: (scenario, choice) => (choice === 'ejected' ? scenario : withoutEjection(scenario)),
      },
    ],
  },
  own: {
    text: `<p>Make a server lie: it fails each request, and its health page stays as it was. A few clients meet the failure; then it is
      ejected, and the status says why. The last line mends it.</p>`,
    commands: [
      `curl -X PUT localhost:8082/_origin/fault -H 'content-type: application/json' -d '{"errorRate":1,"status":503}'`,
      'for i in `seq 24`; do curl -s localhost:8080 | grep .; done | sort | uniq -c',
      `curl -s localhost:8090/api/status | grep -o 'ejected[^"]*: [^"]*'`,
      'curl -X DELETE localhost:8082/_origin/fault',
    ],
  },
  claims: [
    { says: 'about 4 s', runs, figure: (outcomes) => noticedAfter(outcomes['it hangs']), within: [3.25, 4.5] },
    { says: 'less than 8 s', runs: seldom, figure: ({ seldom: outcome }) => noticedAfter(outcome), within: [4, 7.99] },
    { says: 'about 500', runs: unwatched, figure: ({ unwatched: outcome }) => failures(outcome), within: [450, 550] },
  ],
  given: ['500', '45', '2', '1', '100', '20', '2 × 3 = 6', '4', '3', '10', '30'],
  sources: [
    {
      title: 'Huang and others: Gray Failure, the Achilles’ Heel of Cloud-Scale Systems, HotOS 2017',
      url: 'https://www.microsoft.com/en-us/research/publication/gray-failure-achilles-heel-cloud-scale-systems/',
    },
    {
      title: 'Envoy: outlier detection, from which ejection comes',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier',
    },
    { title: 'RFC 9110, section 15.6: server errors', url: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6' },
  ],
  code: [
    'balancer/src/brain/health/watch.ts',
    'balancer/src/brain/health/record.ts',
    'balancer/src/brain/health/conduct.ts',
    'balancer/src/brain/health/ejections.ts',
  ],
};
