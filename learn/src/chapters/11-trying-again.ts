import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Chapter, Runs } from '../chapter.ts';
import { buying, looking, nobodyAnswers, storm, troubles } from './11-trying-again.worlds.ts';
import { withSettings } from './scenes.ts';

/** How many requests failed from a time on, in ms. */
function failedFrom(time: number, outcome: Outcome | undefined): number {
  return (outcome?.parts ?? []).filter(({ at }) => at >= time).reduce((sum, { failed }) => sum + failed, 0);
}

/** Which part of the requests of the last third of the minute failed, in percent. */
function lateFailures(outcome: Outcome | undefined): number {
  const failed = failedFrom(40_000, outcome);
  const answered = (outcome?.parts ?? []).filter(({ at }) => at >= 40_000).reduce((sum, part) => sum + part.answered, 0);
  return (100 * failed) / (failed + answered);
}

const runs: Runs = { scenarios: storm, seed: 1 };
const silent: Runs = { scenarios: nobodyAnswers, seed: 1 };

/** Retries: when they help, what may be sent twice, and how they make a small trouble a lasting one. */
export const chapter: Chapter = {
  number: 11,
  slug: 'trying-again',
  title: 'Trying again',
  question: `<p>You ring at a friend’s door and nobody opens, so you ring again. That is sensible. Now think of a whole street ringing at the one
    post office, because its only clerk is a little slow today, and each of them rings four times. <strong>When does trying again help, and when is
    it the trouble itself?</strong></p>`,
  stage: {
    sides: [
      { name: 'everybody looks (GET)', scenario: looking },
      { name: 'everybody buys (POST)', scenario: buying },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['answered', 'failed', 'attempts'],
    buttons: [
      { label: 'Let origin-1 hang', happening: { kind: 'condition', origin: 0, condition: 'hung' } },
      { label: 'Wake it', happening: { kind: 'condition', origin: 0, condition: 'up' } },
    ],
  },
  look: `<p>Every four seconds a server crashes, and is back soon after. Where a request finds nobody, the balancer sends it to another server, up to
    three times: a <dfn>retry</dfn>. On the left people look at pages, and hardly one of them notices anything. On the right they buy,
    and now and then a purchase fails though there are three good servers. The servers, the crashes and the moments are the same. Why is the
    balancer so careful on the right?</p>`,
  prediction: {
    kind: 'choice',
    prompt: `<p>Another world: four servers, 60 % busy, all well. Nobody waits longer than half a second for an answer; then it counts as failed.
      For 5 seconds all four are four times as slow, perhaps since a database is busy. Then they are as quick as before.
      The balancer tries each failed request three more times, whatever happens. You watch for 45 seconds after that.
      <strong>When is all well again?</strong></p>`,
    options: [
      { id: 'once', label: 'At once, in a second or two' },
      { id: 'soon', label: 'After some ten seconds, when the queues are worked off' },
      { id: 'never', label: 'Not while I watch' },
    ],
    runs,
    charts: ['failures'],
    answer: ({ 'three more tries': stubborn }) =>
      failedFrom(50_000, stubborn) > 0 ? 'never' : failedFrom(18_000, stubborn) > 0 ? 'soon' : 'once',
    happened: ({ 'no second try': once, 'three more tries': stubborn, 'three, within a budget': budgeted }) => `<p>Without any second
      try, ${once?.failed} requests fail, and nearly all is well as soon as the servers are quick again. With three more tries for each, ${stubborn?.failed}
      fail: in the last 20 seconds it is still ${Math.round(lateFailures(stubborn))} % of them, and no server is slow any more. Each request
      now means ${stubborn?.amplification.toFixed(2)} tries. With the same three tries, but within a <dfn>budget</dfn>,
      ${budgeted?.failed} fail, and each means ${budgeted?.amplification.toFixed(2)} tries.</p>`,
  },
  why: `<p>In those five seconds nearly everything is late, and each late request comes back as a new one, three times. The servers could do 80
    requests a second; 48 are meant, but more than three times as many come. So the queues stay so long that nearly everybody’s half second is over
    before the answer is ready. The servers never rest, and their work is thrown away. The cause is gone, and the trouble feeds itself: the
    retries make the slowness that makes the retries. Operators know it as a <dfn>retry storm</dfn>, and such a state, which
    stays when its cause is gone, is called <em>metastable</em>. What ends it is sending less: in real life, often by turning visitors away.</p>
    <p>The cure is arithmetic. Where nobody answers at all, three retries make 4.00 tries of every request, just when the servers are least able to
    take them. So the balancer counts: of all requests that run, at most a fifth may be on a second or later try (three always may). A single dead
    server needs far fewer; and where everything fails, a request means about 1.27 tries. Four in five of all tries are then first ones: about a
    quarter is what retries can add, and not three times as much.</p>
    <p>And the purchases? When a connection is <em>refused</em>, nothing was sent: trying elsewhere is safe for everything. When it breaks
    <em>after</em> the request has left, nobody knows whether the server has acted. To look at a page twice does no harm, and HTTP calls such requests
    <dfn>idempotent</dfn> (RFC 9110, section 9.2.2): GET and HEAD, and also PUT and DELETE, since to delete twice is to delete once. A POST is
    not: sent twice, it may buy twice. So the client is told that it failed, and a person decides. One thing more: a 500 is an <em>answer</em>, and
    this balancer passes it on; it only tries again where there was none.</p>
    <p>This hides that clients retry as well, and the libraries below them. Three layers with three retries each make 4 × 4 × 4 = 64
    tries. Retry at one place, and pause longer each time.</p>`,
  request: { scenario: looking, seed: 1, after: 2000, attempts: 2 },
  tries: {
    text: `<p>Turn it for the worlds at the top. Forbid retries, and see what the crashes cost. Then let all servers be slow for five seconds (from second 4 on), with
      the budget and without it, and look at the tries a request while they are slow.</p>`,
    knobs: [
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
      {
        kind: 'choice',
        label: 'what goes wrong',
        options: Object.keys(troubles),
        initial: 'one at a time crashes',
        apply: (scenario, trouble) => ({ ...scenario, events: troubles[trouble as keyof typeof troubles] }),
      },
      {
        kind: 'choice',
        label: 'retries have',
        options: ['a budget of a fifth', 'no budget'],
        initial: 'a budget of a fifth',
        apply: (scenario, choice) => (choice === 'no budget' ? withSettings(scenario, { retryBudget: 'off' }) : scenario),
      },
    ],
  },
  own: {
    text: `<p>Have one server break every connection when the request is there. Those who look are sent on, and notice nothing. Of those who buy, the ones
      that came to that server are told 502. The last line mends it.</p>`,
    commands: [
      `curl -X PUT localhost:8082/_origin/fault -H 'content-type: application/json' -d '{"resetRate":1}'`,
      `for i in \`seq 12\`; do curl -s -o /dev/null -w 'POST %{http_code}\\n' -X POST localhost:8080; done | sort | uniq -c`,
      'curl -X DELETE localhost:8082/_origin/fault; sleep 12',
      `curl -X PUT localhost:8082/_origin/fault -H 'content-type: application/json' -d '{"resetRate":1}'`,
      `for i in \`seq 12\`; do curl -s -o /dev/null -w 'GET %{http_code}\\n' localhost:8080; done | sort | uniq -c`,
      'curl -X DELETE localhost:8082/_origin/fault',
    ],
  },
  claims: [
    { says: '4.00', runs: silent, figure: (outcomes) => outcomes['without a budget']?.amplification ?? 0, within: [3.995, 4] },
    { says: 'about 1.27', runs: silent, figure: (outcomes) => outcomes['with one']?.amplification ?? 0, within: [1.22, 1.3] },
    { says: 'more than three times', runs, figure: (outcomes) => outcomes['three more tries']?.amplification ?? 0, within: [3.1, 4] },
  ],
  given: ['60', '5', '45', '80', '48', '9110', '9.2.2', '500', '4 × 4 × 4 = 64', '502'],
  sources: [
    { title: 'RFC 9110, section 9.2.2: idempotent methods', url: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.2' },
    {
      title: 'Bronson and others: Metastable Failures in Distributed Systems, HotOS 2021',
      url: 'https://sigops.org/s/conferences/hotos/2021/papers/hotos21-s11-bronson.pdf',
    },
    {
      title: 'Marc Brooker: Timeouts, retries, and backoff with jitter, Amazon Builders’ Library',
      url: 'https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/',
    },
    {
      title: 'Site Reliability Engineering, chapter 22: Addressing Cascading Failures',
      url: 'https://sre.google/sre-book/addressing-cascading-failures/',
    },
  ],
  code: ['balancer/src/brain/dispatch/journey.ts', 'balancer/src/brain/dispatch/retry.ts', 'balancer/src/brain/dispatch/retry-budget.ts'],
};
