import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Program } from '../../../../e2e/process.ts';
import type { TrafficStatus } from '../../../src/admin/api.ts';
import { readOrder } from '../../../src/admin/traffic/order.ts';
import { planOf } from '../../../src/admin/traffic/plan.ts';
import { type Running, startBalancer } from '../../running.ts';
import { until } from '../../until.ts';

/** A balancer over two origins, all of them processes. */
interface Stack {
  readonly balancer: Running;
  /** How many requests the origins have got. */
  arrived(): number;
  readonly ports: readonly number[];
}

const programs: Program[] = [];
afterAll(() => Promise.all(programs.map((program) => program.end())));

async function stack(threads: number): Promise<Stack> {
  const origins = [0, 1].map(() => new Program('origin/src/main.ts', ['--port=0']));
  programs.push(...origins);
  const ports = await Promise.all(origins.map((origin) => origin.port()));
  const flags = [
    `--origins=${ports.map((port) => `http://127.0.0.1:${port}`).join()}`,
    `--threads=${threads}`,
    '--drain-timeout=60s',
    '--demo=on',
  ];
  const balancer = await startBalancer(flags, {}, (program) => programs.push(program));
  const arrived = () => origins.reduce((all, { output }) => all + (output.match(/received request/g)?.length ?? 0), 0);
  return { balancer, arrived, ports };
}

/** Orders traffic; resolves with how it went once it has ended. */
async function traffic({ admin }: Running, order: object): Promise<TrafficStatus> {
  expect((await admin('/api/traffic', 'POST', order)).status).toBe(202);
  for (;;) {
    const status = (await (await admin('/api/traffic')).json()) as TrafficStatus;
    if (!status.isRunning) return status;
    await pause(20);
  }
}

describe.each([1, 2])('with --threads %i', (threads) => {
  let shared: Stack;
  beforeAll(async () => {
    shared = await stack(threads);
  });

  // The first one: nothing has been ordered yet.
  test('what can not be ordered is refused in words', async () => {
    const { balancer } = shared;
    const refused = await balancer.admin('/api/traffic', 'POST', { rate: 5001, target: 'http://elsewhere' });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      {
        error: 'this can not be done; nothing has changed',
        problems: [
          'target: unknown key; the keys are rate, burst, seconds, clients, mix, seed',
          'rate: 5001 is wrong; give a whole number of requests a second from 1 to 5000',
        ],
      },
    ]);
    expect(await (await balancer.admin('/api/traffic')).json()).toMatchObject({ isRunning: false, order: null });
  });

  test('a burst arrives at the origins as often as it says, and no more', async () => {
    const { balancer, arrived } = shared;
    const before = arrived();
    const mix = { small: 3, upload: 1 };
    expect(await traffic(balancer, { burst: 200, clients: 5, mix })).toMatchObject({ sent: 200, answered: 200, failed: 0, endsAt: null });
    await until(
      () => arrived() >= before + 200,
      () => arrived() - before,
    );
    expect(arrived()).toBe(before + 200);
  });

  test('a rate sends exactly what its seed and time come to', async () => {
    const { balancer, arrived } = shared;
    const before = arrived();
    const order = { rate: 150, seconds: 1, seed: 11, clients: 3 };
    const reading = readOrder(order);
    if ('problems' in reading) throw new Error(reading.problems.join());
    const expected = [...planOf(reading.traffic)].length;
    expect(Math.abs(expected - 150)).toBeLessThan(5 * Math.sqrt(150));
    expect(await traffic(balancer, order)).toMatchObject({ sent: expected, answered: expected, failed: 0 });
    await until(
      () => arrived() >= before + expected,
      () => arrived() - before,
    );
    expect(arrived()).toBe(before + expected);
  });

  // The last one, since it ends the balancer.
  test('a stop waits for none of it, though it hangs', async () => {
    const { balancer, arrived, ports } = shared;
    const before = arrived();
    for (const port of ports) await balancer.admin(`/api/origins/127.0.0.1:${port}/fault`, 'PUT', { hangRate: 1 });
    await balancer.admin('/api/traffic', 'POST', { rate: 200, seconds: 600 });
    await until(
      () => arrived() >= before + 20,
      () => arrived() - before,
    );
    balancer.program.signal('SIGTERM');
    expect(await balancer.program.status()).toBe(0);
  });
});
