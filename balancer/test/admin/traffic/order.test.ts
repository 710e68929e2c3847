import { describe, expect, test } from '@jest/globals';
import { readOrder, type Traffic } from '../../../src/admin/traffic/order.ts';
import { planOf } from '../../../src/admin/traffic/plan.ts';

describe('an order', () => {
  test('has a default for everything but the amount', () => {
    const standard = { seconds: 30, clients: 1, mix: { small: 1, upload: 0, download: 0 }, seed: 1 };
    expect(readOrder({ rate: 5 })).toEqual({ traffic: { ...standard, rate: 5 } });
    expect(readOrder({ burst: 9, clients: 64, mix: { upload: 2 }, seed: 0 })).toEqual({
      traffic: { ...standard, burst: 9, clients: 64, mix: { small: 0, upload: 2, download: 0 }, seed: 0 },
    });
  });

  test.each<[unknown, string]>([
    [{}, 'rate, burst: neither is there; give one, such as {"rate":20} or {"burst":200}'],
    [{ rate: 1, burst: 1 }, 'rate, burst: give one of them, not both'],
    [{ rate: 0 }, 'rate: 0 is wrong; give a whole number of requests a second from 1 to 5000'],
    [{ rate: 5001 }, 'rate: 5001 is wrong; give a whole number of requests a second from 1 to 5000'],
    [{ burst: 1.5 }, 'burst: 1.5 is wrong; give a whole number of requests at once from 1 to 10000'],
    [{ rate: 1, seconds: 601 }, 'seconds: 601 is wrong; give a whole number of seconds from 1 to 600'],
    [{ rate: 1, clients: 65 }, 'clients: 65 is wrong; give a whole number of clients from 1 to 64'],
    [{ rate: 1, seed: -1 }, 'seed: -1 is wrong; give a whole number from 0 to 4294967295'],
    [{ rate: 1, mix: { small: 0 } }, 'mix: every share is 0; give one that is not'],
    [{ rate: 1, mix: { big: 1 } }, 'mix.big: unknown key; the keys are small, upload, download'],
    [{ rate: 1, mix: { small: '1' } }, 'mix.small: "1" is wrong; give a share, a number from 0 up'],
    [{ rate: 1, mix: [] }, 'mix: [] is wrong; give shares, such as {"small":90,"upload":5,"download":5}'],
    [{ rate: 1, target: 'http://elsewhere' }, 'target: unknown key; the keys are rate, burst, seconds, clients, mix, seed'],
    [[], 'the body is no JSON object; the keys are rate, burst, seconds, clients, mix, seed'],
  ])('such as %j is refused', (body, problem) => {
    expect(readOrder(body)).toEqual({ problems: [problem] });
  });
});

describe('a plan', () => {
  const traffic: Traffic = { rate: 100, seconds: 60, clients: 4, mix: { small: 8, upload: 1, download: 1 }, seed: 7 };

  test('is the same for one seed, and another for another', () => {
    expect([...planOf(traffic)]).toEqual([...planOf(traffic)]);
    expect([...planOf(traffic)]).not.toEqual([...planOf({ ...traffic, seed: 8 })]);
  });

  test('has as many requests as the rate and the time say, at times that nobody could foretell', () => {
    const plan = [...planOf(traffic)];
    expect(Math.abs(plan.length - 6000)).toBeLessThan(5 * Math.sqrt(6000));
    expect(plan.every(({ at }, i) => at < 60_000 && at >= (plan[i - 1]?.at ?? 0))).toBe(true);
    // Of a Poisson process, gaps are as likely to be short as 1 − e^(−t): 63 % are below their mean.
    const short = plan.filter(({ at }, i) => at - (plan[i - 1]?.at ?? 0) < 10).length / plan.length;
    expect(Math.abs(short - 0.632)).toBeLessThan(0.03);
  });

  test('has the shares that the mix says, and every client', () => {
    const plan = [...planOf(traffic)];
    const share = (cost: string) => plan.filter((arrival) => arrival.cost === cost).length / plan.length;
    for (const [cost, expected] of [
      ['small', 0.8],
      ['upload', 0.1],
      ['download', 0.1],
    ] as const)
      expect(Math.abs(share(cost) - expected)).toBeLessThan(0.03);
    for (let client = 0; client < 4; client += 1)
      expect(Math.abs(plan.filter((arrival) => arrival.client === client).length / plan.length - 0.25)).toBeLessThan(0.03);
  });

  test('of a burst is all at once', () => {
    const { rate: _, ...burst } = traffic;
    const plan = [...planOf({ ...burst, burst: 500 })];
    expect([plan.length, plan.every(({ at }) => at === 0)]).toEqual([500, true]);
  });
});
