import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { mutatedRequest } from '../bytes.ts';
import { inLab } from '../lab.ts';
import { inSeconds, nothingLost, type Scenario } from '../scenario.ts';
import { isFailure, tailOf } from '../tally.ts';

/** Clients that send a header byte by byte and never end it. */
const slowClients = 500;

/** The longest that such a client may be let go on, in ms. */
const cutWithin = 30_000;

export const slowHeaders: Scenario = {
  name: 'slow-headers',
  title: `${slowClients} clients that never end their header`,
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(1000);
      const warm = performance.now();
      await delay(2000);
      const before = tailOf(crowd.sent(warm), stage.short);
      const begun = performance.now();
      const cuts = await Promise.all(Array.from({ length: slowClients }, () => trickle(lab.port)));
      await crowd.stop();
      const cut = Math.max(...cuts);
      const meanwhile = tailOf(crowd.sent(begun), stage.short);
      const words = `${before.name} of the others ${Math.round(meanwhile.ms)} ms, before ${Math.round(before.ms)} ms`;
      stage.checks.hold('each is cut within 30 s', cut <= cutWithin, inSeconds(cut));
      // The machine's own noise is of this size.
      stage.checks.hold('the others are as fast as before', meanwhile.ms <= Math.max(2 * before.ms, before.ms + 50), words);
      return nothingLost(stage, crowd.samples, `cut after ${inSeconds(cut)}; ${words}`);
    }),
};

/** Sends a byte of a header field every half second; resolves with how long that was let go on, in ms. */
async function trickle(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close');
  socket.on('error', () => {}).resume();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  const begun = performance.now();
  const timer = setInterval(() => socket.write('x'), 500);
  await Promise.race([closed, delay(cutWithin + 5000, undefined, { ref: false })]);
  clearInterval(timer);
  socket.destroy();
  return performance.now() - begun;
}

/** Which bytes are sent; another seed sends others. */
const seed = 20_261_125;

/** Connections that are open at a time. */
const atOnce = 40;

export const garbage: Scenario = {
  name: 'garbage',
  title: 'random and mutated bytes on 2,000 connections',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd({ count: 8 });
      const random = seeded(seed);
      const requests = Array.from({ length: stage.short ? 500 : 2000 }, () => mutatedRequest(random));
      const senders = Array.from({ length: atOnce }, async () => {
        for (let bytes = requests.pop(); bytes; bytes = requests.pop()) await throwAt(lab.port, bytes);
      });
      await Promise.all(senders);
      await delay(200);
      await crowd.stop();
      const mistakes = lab.balancer.output.split('\n').filter((line) => /mistake|uncaught/i.test(line));
      stage.checks.hold('nothing is logged as a mistake', mistakes.length === 0, mistakes.slice(0, 3));
      const alive = crowd.samples.at(-1);
      stage.checks.hold('it is alive after', alive !== undefined && !isFailure(alive), alive?.result);
      return nothingLost(stage, crowd.samples, `seed ${seed}`);
    }),
};

/** Sends bytes and ends; resolves when the connection is closed, or after a second without that. */
async function throwAt(port: number, bytes: Buffer): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1');
  // Also by a reset, with which an answer that breaks off ends.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {}).resume();
  socket.end(bytes);
  const timer = setTimeout(() => socket.destroy(), 1000);
  await closed;
  clearTimeout(timer);
}
