import type { Chapter, Outcomes, Runs } from '../chapter.ts';
import { demands, doored, flooded, goodput, guarded, hasDoor, nameOf, open, withDoor } from './12-too-much.worlds.ts';
import { withClients } from './scenes.ts';

const withADoor = '200 %, with a door';

const runs: Runs = { scenarios: { ...open, [withADoor]: doored(200) }, seed: 1 };

/** Answers in time at such a demand, in percent of what the servers can do. */
const inTime = (outcomes: Outcomes, name: string): number => goodput(outcomes[name]?.answered ?? 0);

const heights = (outcomes: Outcomes) => demands.map((percent) => inTime(outcomes, nameOf(percent)));

/** Queues, and why it is kind to say no soon. */
export const chapter: Chapter = {
  number: 12,
  slug: 'too-much',
  title: 'Too much',
  question: `<p>A kitchen can cook 80 meals an hour, and 160 guests come. A polite waiter lets everybody in and writes every order down. At ten in the
    evening all are still waiting, and the first ones leave as their plates arrive. <strong>How many of the guests eat?</strong></p>`,
  stage: {
    sides: [
      { name: 'everybody may come in', scenario: flooded },
      { name: 'a door, and few places', scenario: guarded },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['answered', 'failed', 'p50', 'inFlight'],
    buttons: [{ label: 'Twenty more at once', happening: { kind: 'burst', requests: 20 } }],
  },
  look: `<p>The two servers can do 5 requests a second together, and 8 come. Nobody waits longer than 4 seconds: then he leaves. On the left everybody
    may stand in the queue. On the right each server has 2 places, one to work at and one to wait, and 2 more may wait before the door;
    whoever comes then is told <em>503, come back later</em>, at once. Look at the queues for half a minute, and then at what was answered.</p>`,
  prediction: {
    kind: 'curve',
    prompt: `<p>Two servers can do 80 requests a second together, each of which takes 100 ms of work. Visitors wait for 1 second; a later answer is
      of use to nobody. All may queue. We ask for more and more: from half of what the servers can do, to twice as much.
      <strong>Draw how many answers come in time</strong>, where 100 % is all that the servers can do.</p>`,
    runs,
    charts: [],
    x: { label: 'asked for', unit: ' %', values: demands },
    y: { label: 'answers in time', unit: ' %', most: 120 },
    answer: heights,
    happened: (outcomes) => {
      const [atHalf = 0, , , atFull = 0, , , , atTwice = 0] = heights(outcomes).map(Math.round);
      return `<p>Up to what the servers can do, everybody is served: ${atHalf} % of it at 50 %, about ${atFull} % at 100 %. And then it doesn’t
        stay there. It falls: to ${Math.round(inTime(outcomes, nameOf(125)))} % where a quarter too much is asked, and to ${atTwice} % where it is
        twice as much. The servers are no slower, and never idle. They work all the time on requests whose visitors are about to leave. With a door before
        the same two servers, and again twice as much asked for, ${Math.round(inTime(outcomes, withADoor))} % come in time, half of them in
        ${Math.round(outcomes[withADoor]?.p50 ?? 0)} ms; ${outcomes[withADoor]?.failed} visitors were told soon that there is no room.</p>`;
    },
  },
  why: `<p>What counts is not how much a server does but how much of it is of use: the <dfn>goodput</dfn>. A queue is good for evening out a busy moment.
    But where more comes than goes, for longer than a moment, a queue only grows, until the wait is as long as people’s patience. From
    then on the servers take up, one after the other, those who have waited longest, and so those who leave next. Each is given up in the middle of the work.
    It is the worst order that there is, and it looks like the fairest.</p>
    <p>So a queue needs an end. How long? As long as the wait that still makes sense: where a place is free every 12.5 ms, 10 who wait before
    the door are 125 ms of waiting. Everybody else gets a 503 at once. That sounds rude, and is kind: who is refused in a
    millisecond can ask elsewhere, or come again after the seconds that <code>Retry-After</code> says. Who is kept for a second and then gets nothing has lost
    that second, and the work on it was taken from others. A balancer is the right place for it, since it can say no without bothering a server.</p>
    <p>In this balancer, <code>--max-connections</code> is how many requests a server gets at a time, <code>--max-waiting</code> how many may
    wait before the door, and <code>--wait-timeout</code> for how long. Clients take turns there, so that one who sends a thousand waits for
    himself. No policy of the chapters before helps here: if there is too much for all, it doesn’t matter who gets it.</p>
    <p>Three things this world hides. In it a server stops as soon as its visitor has left; most real ones go on, for nobody, and fall deeper. All requests here
    are equally much work, which makes the fall so steep: where some are short, a few still slip through. And visitors who get
    nothing press reload, which is chapter 11 on top.</p>`,
  request: { scenario: guarded, seed: 1, after: 5000, attempts: 0, status: 503 },
  tries: {
    text: `<p>Where does it tip on the left? Go from 3 requests a second up in small steps; it is not where you would think, since requests don’t
      come evenly. Then make the room before the door bigger, until the right side is as bad as the left.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'requests a second',
        unit: '',
        from: 3,
        to: 12,
        step: 0.5,
        initial: 8,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
      {
        kind: 'range',
        label: 'who may wait before the door',
        unit: '',
        from: 0,
        to: 40,
        step: 1,
        initial: 2,
        apply: (scenario, waiting) =>
          hasDoor(scenario) ? withDoor(scenario, { places: 2, waiting, wait: waiting > 2 ? 4000 : 1000 }) : scenario,
      },
      {
        kind: 'range',
        label: 'times that somebody who got nothing asks again',
        unit: '',
        from: 0,
        to: 3,
        step: 1,
        initial: 0,
        apply: (scenario, retries) => withClients(scenario, { retries }),
      },
    ],
  },
  own: {
    text: `<p>Have each server serve one at a time, half a second each, with a queue of one; then send twenty-four at once. Eight are
      served; the others hear no, and soon, before the first of the eight has its answer. The last line mends it.</p>`,
    commands: [
      `for port in 8081 8082 8083 8084; do curl -s -X PUT localhost:$port/_origin/fault -H 'content-type: application/json' -d '{"latencyMs":500,"capacity":1,"queue":1}'; done`,
      `curl -sZ --parallel-immediate -o /dev/null -w '%{http_code} in %{time_total} s\\n' 'localhost:8080/[1-24]' | sort`,
      'for port in 8081 8082 8083 8084; do curl -s -X DELETE localhost:$port/_origin/fault; done',
    ],
  },
  claims: [],
  given: ['80', '160', '5', '8', '4', '2', '503', '100', '1', '12.5', '10', '125', '11', '3'],
  sources: [
    {
      title: 'Site Reliability Engineering, chapter 21: Handling Overload',
      url: 'https://sre.google/sre-book/handling-overload/',
    },
    {
      title: 'David Yanacek: Using load shedding to avoid overload, Amazon Builders’ Library',
      url: 'https://aws.amazon.com/builders-library/using-load-shedding-to-avoid-overload/',
    },
    {
      title: 'RFC 9110, sections 15.6.4 (503) and 10.2.3 (Retry-After)',
      url: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.4',
    },
  ],
  code: ['balancer/src/brain/queue/waiting-room.ts', 'balancer/src/brain/pool/shares.ts', 'balancer/src/brain/exchange/refusals.ts'],
};
