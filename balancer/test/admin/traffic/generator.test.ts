import { afterEach, expect, test } from '@jest/globals';
import { NoTraffic, TrafficGenerator } from '../../../src/admin/traffic/generator.ts';
import { readOrder, type Traffic } from '../../../src/admin/traffic/order.ts';
import { startOrigin, type TestOrigin } from '../../origins.ts';
import { until } from '../../until.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A generator that sends its traffic straight to an origin of the test. */
async function generatorAt(...handler: Parameters<typeof startOrigin>) {
  const origin: TestOrigin = await startOrigin(...handler);
  const notes: string[] = [];
  const generator = new TrafficGenerator(
    () => `http://127.0.0.1:${origin.port}`,
    (message) => notes.push(message),
    2000,
  );
  ends.push(origin.close, () => generator.stop());
  return { generator, origin, notes };
}

/** Resolves once all its traffic has ended by itself. */
function ended(generator: TrafficGenerator): Promise<void> {
  return until(
    () => !generator.status.isRunning,
    () => generator.status,
  );
}

function ordered(body: object): Traffic {
  const reading = readOrder(body);
  if ('problems' in reading) throw new Error(reading.problems.join());
  return reading.traffic;
}

test('a burst comes whole, from as many addresses as there are clients, and says what it is; then nothing runs', async () => {
  const addresses = new Set<string | undefined>();
  const { generator, origin, notes } = await generatorAt((req, res) => {
    addresses.add(req.socket.remoteAddress);
    req.resume().on('end', () => res.end());
  });
  generator.start(ordered({ burst: 300, clients: 8, mix: { small: 8, upload: 1, download: 1 } }));
  expect(generator.status).toMatchObject({ isRunning: true, endsAt: null });
  await ended(generator);
  expect(generator.status).toMatchObject({ sent: 300, answered: 300, failed: 0, order: { burst: 300, clients: 8 } });
  expect(origin.requests).toHaveLength(300);
  if (process.platform === 'linux') expect([...addresses].sort()).toEqual(Array.from({ length: 8 }, (_, i) => `127.0.0.${i + 2}`));
  expect(new Set(origin.requests.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['load-balancer-explained-traffic']));
  expect(new Set(origin.requests.map(({ url }) => url))).toEqual(new Set(['/', '/upload', '/_origin/bytes/262144']));
  expect(notes).toEqual([]);
});

test('an origin that answers nothing does not keep the next request from being made', async () => {
  const { generator, origin } = await generatorAt(() => {});
  generator.start(ordered({ rate: 500, seconds: 600 }));
  await until(
    () => origin.requests.length >= 200,
    () => origin.requests.length,
  );
  expect(generator.status).toMatchObject({ isRunning: true, answered: 0 });
  expect(generator.status.endsAt).toBeGreaterThan(Date.now());
});

test('failures are counted: answers of 5xx, and requests without an answer', async () => {
  let count = 0;
  const { generator } = await generatorAt((req, res) => {
    count += 1;
    if (count % 2) req.socket.destroy();
    else res.writeHead(503).end();
  });
  generator.start(ordered({ burst: 40 }));
  await ended(generator);
  expect(generator.status).toMatchObject({ sent: 40, answered: 20, failed: 40 });
});

test('a burst may come on top of a steady rate; a new order of a kind takes the place of the one before', async () => {
  const held: (() => void)[] = [];
  let isAnswering = false;
  const { generator, origin } = await generatorAt((_req, res) => {
    if (isAnswering) res.end();
    else held.push(() => res.end());
  });
  generator.start(ordered({ rate: 200, seconds: 600 }));
  generator.start(ordered({ burst: 300 }));
  await until(
    () => origin.requests.length > 320,
    () => generator.status,
  );
  // The burst is still under way.
  generator.start(ordered({ rate: 1, seconds: 1, seed: 5 }));
  expect(generator.status).toMatchObject({ isRunning: true, order: { rate: 1 } });
  isAnswering = true;
  for (const answer of held) answer();
  await ended(generator);
  expect(generator.status.sent).toBeGreaterThanOrEqual(300);
  expect(generator.status.sent).toBeLessThan(310);
});

test('a stop is at once', async () => {
  const { generator, origin } = await generatorAt();
  generator.start(ordered({ rate: 200, seconds: 600 }));
  await until(
    () => origin.requests.length > 0,
    () => origin.requests.length,
  );
  await generator.stop();
  expect(generator.status).toMatchObject({ isRunning: false, endsAt: null });
});

test('counts begin anew once everything has ended', async () => {
  const { generator } = await generatorAt();
  for (const burst of [20, 3]) {
    generator.start(ordered({ burst }));
    await ended(generator);
    expect(generator.status.sent).toBe(burst);
  }
});

test('a burst of more than may be under way comes whole as well', async () => {
  let [running, most] = [0, 0];
  const { generator, origin } = await generatorAt((_req, res) => {
    running += 1;
    most = Math.max(most, running);
    setImmediate(() => {
      running -= 1;
      res.end();
    });
  });
  generator.start(ordered({ burst: 2500, clients: 4 }));
  await ended(generator);
  expect(generator.status).toMatchObject({ sent: 2500, answered: 2500, failed: 0 });
  expect(origin.requests).toHaveLength(2500);
  expect(most).toBeLessThanOrEqual(2000);
});

test('of two orders at the same time, neither goes on unseen', async () => {
  const { generator, origin } = await generatorAt();
  for (const seed of [1, 2, 3]) generator.start(ordered({ rate: 500, seconds: 600, seed }));
  await until(
    () => origin.requests.length > 20,
    () => origin.requests.length,
  );
  await generator.stop();
  expect(generator.status).toMatchObject({ isRunning: false, order: { seed: 3 } });
  const connections = () =>
    new Promise<number>((resolve, reject) => origin.server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
  let open = await connections();
  await until(
    () => {
      void connections().then((count) => {
        open = count;
      });
      return open === 0;
    },
    () => open,
  );
});

test('no traffic is made where nobody listens yet, nor once it has ended for good', async () => {
  expect(() => new TrafficGenerator(() => undefined, fail, 2000).start(ordered({ rate: 1 }))).toThrow(NoTraffic);
  const { generator, origin } = await generatorAt();
  generator.start(ordered({ rate: 100, seconds: 600 }));
  await generator.end();
  const { length } = origin.requests;
  expect(() => generator.start(ordered({ rate: 1 }))).toThrow('the balancer takes no requests now: it starts, or stops');
  expect([generator.status.isRunning, origin.requests.length]).toEqual([false, length]);
});

function fail(note: string): never {
  throw new Error(note);
}
