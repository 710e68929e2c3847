import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { readCommand } from '../../src/config/read.ts';
import { clientsPossible } from '../../src/process/descriptors.ts';
import { startOrigin } from '../origins.ts';
import { until } from '../until.ts';
import { ask, Client, statusesIn } from '../wire/hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const config = (...flags: string[]) => {
  const command = readCommand(flags, {});
  if (command.kind !== 'run') throw new Error('the flags are not a configuration');
  return command.config;
};

test.each([
  ['no limit is known', Number.POSITIVE_INFINITY, [], 6000],
  ['there are enough for all origins', 20_000, [], 6000],
  ['all origins have theirs, and clients the rest', 7000, ['--admin-port=off'], 7000 - 96 - 4 * 512],
  ['each client may need one more', 1024, ['--admin-port=off'], 464],
  ['the admin port and its traffic have their own', 1024, [], 272],
  ['there are next to none', 64, [], 1],
])('how many clients there can be where %s', (_where, limit, flags, clients) => {
  expect(clientsPossible(limit, config(...flags))).toBe(clients);
});

test('the origins of every pool have theirs, each pool as many as it says', () => {
  const all = config('--admin-port=off');
  const pools = [
    { name: 'shop', settings: { ...all, maxConnections: 100 } },
    { name: 'api', settings: { ...all, maxConnections: 50 } },
  ];
  expect(clientsPossible(2000, { ...all, pools })).toBe(2000 - 96 - 4 * 150);
});

test('short of descriptors, it says so at the start, lets idle clients make room, and has some left for its origins', async () => {
  const { origin, close } = await startOrigin();
  ends.push(close);
  const args = ['--port=0', '--admin-port=off', '--log=pretty', '--health-interval=20ms', `--origins=${origin.url}`];
  const program = new Program('balancer/src/main.ts', args, {}, 200);
  ends.push(() => program.end());
  const port = await program.port();
  await program.printed(/--max-clients: 200 files may be open here \(ulimit -n\), which lets 52 clients in and not 6000/);
  const idle: Client[] = [];
  for (let count = 0; count < 300; count += 1) {
    const client = await Client.to(port);
    ends.push(() => client.leave());
    idle.push(client);
  }
  await until(
    () => idle.filter(({ isOpen }) => isOpen).length <= 52,
    () => idle.filter(({ isOpen }) => isOpen).length,
  );
  const asks = await Client.to(port);
  ends.push(() => asks.leave());
  expect(statusesIn(await asks.send(ask('/', 'Connection: close')).end())).toEqual([200]);
  expect(program.output).not.toContain('is down');
});
