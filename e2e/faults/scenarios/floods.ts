import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { asking, block, codes, flags, frame, preface, settings, settingsOf, types, word } from '../../raw/frames.ts';
import { inLab, listed } from '../lab.ts';
import { nothingLost, type Scenario } from '../scenario.ts';

/** How many frames a flood has each time. */
const many = 2000;

/** Floods of HTTP/2, by their names: what is sent on a new connection each time. */
const floods: Readonly<Record<string, () => Buffer>> = {
  'rapid reset': () =>
    times((i) => {
      const stream = 2 * i + 1;
      const asked = frame(types.headers, flags.endStream | flags.endHeaders, stream, block(...asking('/')));
      return Buffer.concat([asked, frame(types.reset, flags.none, stream, word(codes.cancel))]);
    }),
  CONTINUATION: () =>
    Buffer.concat([
      frame(types.headers, flags.endStream, 1, block(...asking('/'))),
      times((i) => frame(types.continuation, flags.none, 1, block([`x-${i}`, 'a'.repeat(100)]))),
    ]),
  SETTINGS: () => times((i) => frame(types.settings, flags.none, 0, settingsOf([settings.initialWindow, i]))),
  PING: () => times(() => frame(types.ping, flags.none, 0, 'pingpong')),
  'empty DATA': () =>
    Buffer.concat([
      frame(types.headers, flags.endHeaders, 1, block(...asking('/', 'POST'))),
      times(() => frame(types.data, flags.none, 1)),
    ]),
  'HPACK bomb': () => {
    const size = 3900 - 127;
    const long = Buffer.concat([Buffer.from([0x40, 1, 0x78, 127, (size & 127) | 128, size >> 7]), Buffer.alloc(3900, 'a')]);
    const bomb = Buffer.concat([block(...asking('/')), long, Buffer.alloc(10_000, 0xbe)]);
    return frame(types.headers, flags.endStream | flags.endHeaders, 1, bomb);
  },
  'windows of 0': () =>
    Buffer.concat([
      frame(types.settings, flags.none, 0, settingsOf([settings.initialWindow, 0])),
      ...Array.from({ length: 100 }, (_, i) => frame(types.headers, flags.endStream | flags.endHeaders, 2 * i + 1, block(...asking('/')))),
    ]),
};

/** How long each connection of a flood is left open, if nobody closes it, in ms. */
const patience = 500;

export const http2Floods: Scenario = {
  name: 'http2-floods',
  title: `floods of HTTP/2, over and over: ${Object.keys(floods).join(', ')}`,
  run: (stage) =>
    inLab(
      async (lab) => {
        const crowd = lab.crowd({ count: 8 });
        const good = new GoodClient(lab.port);
        const end = performance.now() + (stage.short ? 3000 : 8000);
        const counts = await Promise.all(Object.values(floods).map((flood) => floodUntil(end, lab.port, flood())));
        const answers = await good.stop();
        await crowd.stop();
        const mistakes = lab.balancer.output.split('\n').filter((line) => /mistake|uncaught/i.test(line));
        stage.checks.hold('nothing is logged as a mistake', mistakes.length === 0, mistakes.slice(0, 3));
        stage.checks.hold('each flood was sent', Math.min(...counts) > 0, counts);
        stage.checks.hold('a client of HTTP/2 saw no failure', answers.good > 0 && answers.bad === 0, answers);
        const connections = counts.reduce((sum, count) => sum + count, 0);
        return nothingLost(stage, crowd.samples, `${connections} connections flooded; ${answers.good} answers over HTTP/2 meanwhile`);
      },
      (origins) => [...listed(origins), '--h2c=on', '--max-running-per-address=1000000'],
    ),
};

function times(make: (i: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: many }, (_, i) => make(i)));
}

/** Sends that on one connection after the other; resolves with how many there were. */
async function floodUntil(end: number, port: number, bytes: Buffer): Promise<number> {
  let count = 0;
  while (performance.now() < end) {
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    socket.write(Buffer.concat([preface, frame(types.settings, flags.none, 0), bytes]));
    await Promise.race([closed, delay(patience)]);
    socket.destroy();
    count += 1;
  }
  return count;
}

/** A client of HTTP/2 that asks for one thing after the other on one connection, and counts what comes of it. */
class GoodClient {
  readonly #session;
  readonly #asking: Promise<void>;
  #isOver = false;
  #good = 0;
  #bad = 0;

  constructor(port: number) {
    this.#session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => {});
    this.#asking = this.#goOn();
  }

  /** Resolves with how many answers were good, and how many not. */
  async stop(): Promise<{ readonly good: number; readonly bad: number }> {
    this.#isOver = true;
    await this.#asking;
    this.#session.destroy();
    return { good: this.#good, bad: this.#bad };
  }

  async #goOn(): Promise<void> {
    while (!this.#isOver) {
      const status = await new Promise<number | undefined>((resolve) => {
        const stream = this.#session.request({ ':path': '/' });
        let status: number | undefined;
        stream.on('response', (headers) => {
          status = headers[':status'];
        });
        stream
          .on('error', () => {})
          .on('close', () => resolve(status))
          .resume();
      });
      if (status === 200) this.#good += 1;
      else this.#bad += 1;
      if (this.#session.destroyed) return;
    }
  }
}
