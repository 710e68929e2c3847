import type { Chapter } from '../chapter.ts';
import { alike, scene, withClients } from './scenes.ts';

/** Two servers that each work on one request at a time, and take half a second for it. */
const two = scene(alike(2, 500, 1), 1.6, 600);

/** The same requests, and one server for all of them. */
const one = scene(alike(1, 500, 1), 1.6, 600);

const even = (scenario: typeof two) => withClients(scenario, { work: 'even' });

/** One request, two servers. */
export const chapter: Chapter = {
  number: 1,
  slug: 'one-request',
  title: 'One request, two servers',
  question: `<p>You ask a website for something, and a moment later it is there. But the site has more visitors than one computer can serve,
    so there are two computers that do the same. <strong>Who decides which of them answers you, and how?</strong></p>`,
  stage: {
    sides: [{ name: 'two servers', scenario: even(two) }],
    seed: 1,
    msPerSecond: 1000,
    figures: ['answered', 'mean', 'share'],
    buttons: [
      { label: 'Send three at once', happening: { kind: 'burst', requests: 3 } },
      { label: 'Switch origin-2 off', happening: { kind: 'condition', origin: 1, condition: 'crashed' } },
      { label: 'Switch it on again', happening: { kind: 'condition', origin: 1, condition: 'up' } },
    ],
  },
  look: `<p>Each dot is a <dfn>request</dfn>: somebody wants something. It goes to the <dfn>load balancer</dfn> in the middle, which sends it on to
    one of two <dfn>origins</dfn>, the servers that do the work. An origin here does one thing at a time, and each takes it half a second:
    the empty ring is its workplace. Who comes while it is busy stands in a queue. The answer goes back the same way; nobody who asks
    needs to know how many servers there are.</p>`,
  prediction: {
    kind: 'choice',
    prompt: `<p>Take one of the two servers away. The same requests come, at the same moments; there are 1.6 of them a second, and the one
      server that is left can do 2. <strong>What happens to the time that an answer takes, on average?</strong></p>`,
    options: [
      { id: 'same', label: 'It stays about the same: one server is fast enough' },
      { id: 'half', label: 'It gets somewhat longer, less than double' },
      { id: 'more', label: 'It more than doubles' },
    ],
    runs: { scenarios: { 'two servers': even(two), 'one server': even(one) }, seed: 1 },
    answer: ({ 'two servers': both, 'one server': alone }) => {
      const times = (alone?.mean ?? 0) / (both?.mean ?? 1);
      return times > 2 ? 'more' : times > 1.1 ? 'half' : 'same';
    },
    happened: ({
      'two servers': both,
      'one server': alone,
    }) => `<p>With two servers an answer takes ${Math.round(both?.mean ?? 0)} ms on average,
      with one ${Math.round(alone?.mean ?? 0)} ms. The work itself takes 500 ms in both worlds; all the rest is standing in a queue. One server
      <em>can</em> do 2 requests a second and only 1.6 come. But they don't come in step: sometimes three at once, and then none for a
      while. Time in which nobody asks is lost, and the queue of the busy moments has to be worked off later.</p>`,
  },
  why: `<p>A load balancer is a simple thing: for each request it picks an origin, passes the request on, and passes the answer back.
    Since every request comes through it, it can do what no origin could do alone: give each of them a fair part, leave out one that is
    broken, let one be replaced while nobody notices. Everything else in this course is about one question: <em>which origin is the
    right one for this request?</em></p>
    <p>Here is one of the requests of this world, step by step, told by the code that decided about it.</p>`,
  request: { scenario: even(two), seed: 1, after: 3000 },
  tries: {
    text: `<p>How many requests a second can two such servers bear? Turn it up, and watch where the queue begins to grow and doesn't end any
      more. Then give them a third server.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'requests a second',
        unit: '',
        from: 0.4,
        to: 6,
        step: 0.2,
        initial: 1.6,
        apply: (scenario, rate) => withClients(scenario, { rate }),
      },
      {
        kind: 'range',
        label: 'servers',
        unit: '',
        from: 1,
        to: 5,
        step: 1,
        initial: 2,
        apply: (scenario, count) => ({ ...scenario, origins: alike(count, 500, 1) }),
      },
    ],
  },
  own: {
    text: `<p>This page plays a simulation of the real program. The real one runs on your computer with one command, and it has four origins.
      Ask it five times: each answer says who gave it.</p>`,
    commands: ['for i in 1 2 3 4 5; do curl -s localhost:8080; echo; done'],
  },
  claims: [],
  given: ['1.6', '2', '500 ms'],
  sources: [
    {
      title: 'RFC 9110, section 3.7: gateways, also known as reverse proxies',
      url: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-3.7',
    },
    {
      title: 'Mor Harchol-Balter: Performance Modeling and Design of Computer Systems, 2013, chapter 2',
      url: 'https://www.cs.cmu.edu/~harchol/PerformanceModeling/book.html',
    },
  ],
  code: ['balancer/src/app.ts', 'balancer/src/brain/dispatch/choose.ts'],
};
