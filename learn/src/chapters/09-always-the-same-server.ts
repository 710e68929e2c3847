import type { Chapter, Runs } from '../chapter.ts';
import { type KeyOrigins, type KeyWay, movesBy } from '../lab/key-places.ts';
import { busiestShare, joinedBy, withHotKey } from './09-always-the-same-server.worlds.ts';
import { withClients, withSettings } from './scenes.ts';

const four = [0, 1, 2, 3];
const withoutOne: KeyOrigins = { before: four, after: [0, 2, 3] };
const withOneMore: KeyOrigins = { before: four, after: [...four, 4] };
const ten = Array.from({ length: 10 }, (_, number) => number);
const nineOfTen: KeyOrigins = { before: ten, after: ten.filter((number) => number !== 4) };

const ways: readonly KeyWay[] = ['mod n', 'rendezvous-hash', 'maglev-hash'];

/** Keys are placed without a world. */
const noWorld: Runs = { scenarios: {}, seed: 1 };
const hot: Runs = { scenarios: { plain: withHotKey('rendezvous-hash', 60), bounded: withHotKey('bounded-hash', 60) }, seed: 1 };
const joined: Runs = { scenarios: { cookies: joinedBy(true), none: joinedBy(false) }, seed: 1 };

/** Hashing, who moves when servers change, hot keys and sticky cookies. */
export const chapter: Chapter = {
  number: 9,
  slug: 'always-the-same-server',
  title: 'Always the same server',
  question: `<p>You go to the same doctor each time, since she knows you. Anybody else would have to read your whole file first. Servers know people too: what is in
    your basket, which pictures you are likely to want next. <strong>How do you lead each of a million people always to the same
    server, without a list of a million names?</strong></p>`,
  stage: {
    sides: [
      { name: 'rendezvous-hash', scenario: withHotKey('rendezvous-hash', 600) },
      { name: 'bounded-hash', scenario: withHotKey('bounded-hash', 600) },
    ],
    seed: 1,
    msPerSecond: 1000,
    figures: ['p50', 'p99', 'share'],
    buttons: [
      { label: 'Switch origin-3 off', happening: { kind: 'condition', origin: 2, condition: 'crashed' } },
      { label: 'Switch it on again', happening: { kind: 'condition', origin: 2, condition: 'up' } },
    ],
  },
  look: `<p>A hundred clients, and on both sides each is led to a server of its own, by its name. But one of them is a star: 40% of all requests
    are hers. All servers together could do twice as much as comes. Watch what happens on the left to the server that has her, and to all the
    others who have the bad luck to live there.</p>`,
  prediction: {
    kind: 'slider',
    prompt: `<p>The oldest way without a list: make a number of each name (that is a <dfn>hash</dfn>: always the same for the same name, and as if by lot), divide it
      by how many servers there are, and take what is left over. With four servers the rest is 0, 1, 2 or 3, and that says which. Now one of the four servers
      is taken away, and from then on everything is divided by three. A quarter of 1,000 clients lived on that server and must move.
      <strong>How many of the 1,000 move?</strong></p>`,
    unit: ' clients',
    from: 0,
    to: 1000,
    runs: noWorld,
    answer: () => movesBy('mod n', 1000, withoutOne).moved,
    tolerance: 0.1,
    happened:
      () => `<p>${movesBy('mod n', 1000, withoutOne).moved} of 1,000 move, and ${movesBy('mod n', 1000, withoutOne).needless} of them
      needlessly: their server is still there, but it doesn't know them any more, and a stranger has them. All baskets are empty, all caches cold, at the very
      moment when there is one server less. It need not be so:</p>
      <table><thead><tr><th scope="col">way</th><th scope="col">one of four leaves</th><th scope="col">needlessly</th>
      <th scope="col">a fifth comes</th><th scope="col">needlessly</th></tr></thead><tbody>${ways.map(rowOf).join('')}</tbody></table>`,
  },
  keys: {
    text: `<p>Here are 24 clients. Each box says which server it is led to; the balancer's own code decides it, in your browser. Remove a server, and
      who has moved gets a dashed border. Bring it back, or add a fifth one. A client moves <em>needlessly</em> if its old server is
      still there and the one it comes to isn't new.</p>`,
    keys: 24,
    origins: 4,
    ways: [
      { way: 'mod n', label: 'mod n' },
      { way: 'rendezvous-hash', label: 'rendezvous-hash' },
      { way: 'maglev-hash', label: 'maglev-hash' },
    ],
  },
  why: `<p><strong>Rendezvous</strong>: let each client hold a contest. Its name and a server's name together make a number by hash; the server with the
    highest number wins. If a server leaves that didn't win, nothing changes for this client. If its winner leaves, the second best
    takes over, and that is another one for each client, so that the homeless spread over all who are left. No list is kept, and every balancer comes to the same answer
    without asking the others. Its price: each request looks at every server.</p>
    <p><strong>Maglev</strong> does that work beforehand. The servers take turns to claim the 65,537 slots of a table, each in an order
    of its own; then a request is one look into the table, however many servers there are. Its price: when the servers change, the table is filled anew, and a few clients move needlessly. With
    ten servers, of which one left, that were 120 of 50,000. (The real balancer is kinder still: while a server is only away, its slots
    are walked over and nothing else moves.)</p>
    <p><strong>A hash shares names, not work.</strong> A star brings more than half of all requests to one server, twice what it should get,
    and everybody who lives there waits. <code>bounded-hash</code> adds one rule: nobody takes more than 1.25 times the share of what is in flight;
    whoever comes above that goes to the client's second choice. Then the busiest gets a third. What it costs: the star is known by several servers instead of one.</p>
    <p><strong>Sticky cookies</strong> are the other way: any policy chooses the first server, and a cookie in the client's browser remembers it. Then nobody moves when
    a server is added. That is a curse too: in a world of 20 clients with cookies, a fifth server that comes later gets no request at all, where without cookies it gets a tenth of everything
    in half the time. And a client without cookies is a new one each time.</p>
    <p>Neither is a place to keep what must not be lost: servers die. It is for what is costly to do again. Here is a request
    of the star that found no room at its favourite.</p>`,
  request: { scenario: withHotKey('bounded-hash', 60), seed: 1, after: 7700 },
  tries: {
    text: `<p>How much may come from one client before the left side breaks? And try other ways on the right. <code>least-requests</code> shares best, and knows
      nobody; with cookies it knows everybody, and the star is stuck again.</p>`,
    knobs: [
      {
        kind: 'range',
        label: 'part that comes from the star',
        unit: '%',
        from: 0,
        to: 80,
        step: 5,
        initial: 40,
        apply: (scenario, percent) => withClients(scenario, { hot: percent / 100 }),
      },
      {
        kind: 'choice',
        label: 'the right side',
        options: ['bounded-hash', 'maglev-hash', 'least-requests', 'least-requests with cookies'],
        initial: 'bounded-hash',
        apply: (scenario, choice) => {
          if (scenario.settings.policy === 'rendezvous-hash') return scenario;
          const [policy = '', cookies] = choice.split(' with ');
          return withClients(withSettings(scenario, { policy }), { sticky: cookies !== undefined });
        },
      },
    ],
  },
  own: {
    text: `<p>Your computer has many addresses of its own (on Linux all of 127.0.0.2, 127.0.0.3 …), so it can be 24 clients. Let them ask, take an origin out, and let
      them ask again: only its own have moved. You alone always come to the same one.</p>`,
    commands: [
      `curl -X PUT localhost:8090/api/policy -H 'content-type: application/json' -d '{"name":"rendezvous-hash"}'`,
      'for i in 1 2 3 4 5; do curl -s localhost:8080; echo; done',
      'for n in $(seq 2 25); do curl -s --interface 127.0.0.$n localhost:8080; echo; done | sort | uniq -c',
      'curl -X POST localhost:8090/api/origins/localhost:8082/drain',
      'for n in $(seq 2 25); do curl -s --interface 127.0.0.$n localhost:8080; echo; done | sort | uniq -c',
      'curl -X POST localhost:8090/api/origins/localhost:8082/enable',
    ],
  },
  claims: [
    { says: '120 of 50,000', runs: noWorld, figure: () => movesBy('maglev-hash', 50_000, nineOfTen).needless, within: [120, 120] },
    { says: 'more than half of all requests', runs: hot, figure: ({ plain }) => busiestShare(plain), within: [50, 60] },
    { says: 'the busiest gets a third', runs: hot, figure: ({ bounded }) => busiestShare(bounded), within: [31, 35] },
    { says: 'gets no request at all', runs: joined, figure: ({ cookies }) => cookies?.taken[4] ?? -1, within: [0, 0] },
    {
      says: 'a tenth of everything',
      runs: joined,
      figure: ({ none }) => (100 * (none?.taken[4] ?? 0)) / (none?.requests ?? 1),
      within: [8, 12],
    },
  ],
  given: ['40%', '0', '1', '2', '3', '1,000', '24', '65,537', '1.25', '20', '127.0.0.2', '127.0.0.3'],
  sources: [
    {
      title: 'Thaler and Ravishankar: A Name-Based Mapping Scheme for Rendezvous, 1996',
      url: 'https://www.eecs.umich.edu/techreports/cse/96/CSE-TR-316-96.pdf',
    },
    {
      title: 'Eisenbud and others: Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016, section 3.4',
      url: 'https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud',
    },
    {
      title: 'Mirrokni, Thorup and Zadimoghaddam: Consistent Hashing with Bounded Loads, 2018',
      url: 'https://arxiv.org/abs/1608.01350',
    },
    { title: 'RFC 6265: cookies', url: 'https://www.rfc-editor.org/rfc/rfc6265.html' },
  ],
  code: [
    'balancer/src/brain/select/rendezvous-score.ts',
    'balancer/src/brain/select/maglev-table.ts',
    'balancer/src/brain/select/bounded-hash.ts',
    'balancer/src/brain/select/hash.ts',
  ],
};

function rowOf(way: KeyWay): string {
  const cells = [withoutOne, withOneMore].flatMap((origins) => {
    const { moved, needless } = movesBy(way, 1000, origins);
    return [moved, needless];
  });
  return `<tr><th scope="row">${way}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}
