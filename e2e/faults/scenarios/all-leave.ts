import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { caseOf } from '../../fuzz/case.ts';
import type { Random } from '../../fuzz/random.ts';
import { thrown } from '../../fuzz/throw.ts';
import { countsOf, leftIn } from '../../raw/counts.ts';
import { Heap } from '../heap.ts';
import { inLab, type Lab, listed } from '../lab.ts';
import { nothingLost, type Scenario } from '../scenario.ts';
import { descriptorsOf } from './soak.ts';

/** Which bytes the hostile ones send. */
const seed = 20_261_126;

/** WebSockets and unfinished uploads that are open when all leave, of each. */
const held = 20;

/** How much more memory may be needed than at the beginning, in MiB. */
const slack = 3;

/** Connections to origins are kept for a while; so is what clients left behind in half. */
const flags = ['--keep-alive-timeout=2s', '--header-timeout=2s', '--health-interval=10s'];

export const allLeave: Scenario = {
  name: 'all-leave',
  title: 'clients of every kind, who all leave at once',
  run: (stage) =>
    inLab(
      async (lab) => {
        const heap = await Heap.of(lab.balancer);
        const random = seeded(seed);
        // Whatever is made once and kept for good is there before the look at the beginning.
        await visits(lab, random, 1000);
        await lab.until('nothing is left of the first', async () => (await leftovers(lab)) === '');
        await settled(lab);
        const look = async () => ({ mebibytes: await heap.needed(), timers: await heap.timers(), descriptors: descriptorsOf(lab) });
        const before = await look();
        const samples = await visits(lab, random, stage.short ? 5000 : 30_000);
        // What is judged is the last look: to look is to connect, and another one would see the connection of the one before.
        let left = '';
        let after = before;
        const isLike = async () => {
          after = await look();
          left = await leftovers(lab);
          return left === '' && after.timers <= before.timers && after.descriptors <= before.descriptors;
        };
        await lab.until('all is as before', isLike).catch(() => {});
        const kinds = after.timers > before.timers ? `: ${await heap.timersInWords()}` : '';
        heap.close();
        const [growth, timers, open] = [
          after.mebibytes - before.mebibytes,
          after.timers - before.timers,
          after.descriptors - before.descriptors,
        ];
        stage.checks.hold('nobody is there, nothing runs, waits, or is in flight', left === '', left === '' ? 'none' : left);
        stage.checks.hold('no timer is left', timers <= 0, `${timers} more than ${before.timers}${kinds}`);
        stage.checks.hold('no descriptor is left', open <= 0, `${open} more than ${before.descriptors}`);
        stage.checks.hold(`memory in need grows by less than ${slack} MiB`, growth < slack, `${growth.toFixed(1)} MiB`);
        return nothingLost(stage, samples, `what is left: ${Math.max(timers, 0)} timers, ${Math.max(open, 0)} descriptors`);
      },
      (origins) => [...listed(origins), ...flags],
    ),
};

/** Clients who ask, some of whom leave, and some who send garbage; others hold a WebSocket or an upload open. All leave in the end. */
async function visits(lab: Lab, random: Random, ms: number) {
  const end = performance.now() + ms;
  const crowds = [lab.crowd({ count: 16, leave: 0.3 }), lab.crowd({ count: 4, leave: 0.3, post: Buffer.alloc(100_000) })];
  const sockets = Array.from({ length: held }, () => [opened(lab.port, webSocket), opened(lab.port, unfinished)]).flat();
  const hostile = Array.from({ length: 8 }, async () => {
    for (let number = 1; performance.now() < end; number++) {
      const each = caseOf(number, random);
      await thrown(each, each.port === 'public' ? lab.port : lab.adminPort);
    }
  });
  await Promise.all(hostile);
  await Promise.all(crowds.map((crowd) => crowd.stop()));
  for (const socket of sockets) socket.destroy();
  return crowds.flatMap(({ samples }) => samples);
}

const webSocket =
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const unfinished = `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n${'x'.repeat(30_000)}`;

function opened(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  return socket.on('error', () => {}).resume();
}

async function leftovers(lab: Lab): Promise<string> {
  return leftIn(countsOf(await lab.counts()));
}

/** Resolves when the number of open descriptors has not changed for a second and a half: kept connections have run out. */
async function settled(lab: Lab): Promise<void> {
  let last = -1;
  await lab.until('descriptors stay as many', async () => {
    const now = descriptorsOf(lab);
    const isSame = now === last;
    last = now;
    await delay(1500);
    return isSame;
  });
}
