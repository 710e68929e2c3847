import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../balancer/src/brain/select/policies.ts';
import { chartOf } from '../../simulate/chart.ts';
import { OptionsError, readOptions } from '../../simulate/options.ts';
import type { Outcome } from '../../simulate/outcome.ts';
import { meaningOf, scenarioInWords, tableOf } from '../../simulate/words.ts';

const outcome = (policy: string, use: number, p99: number): Outcome => {
  return { policy, p50: 10, p99, p999: 2 * p99, slowestShare: 0.25, failed: use > 1 ? 0.2 : 0, busiest: 1, use };
};

const scenarioFor = (...args: string[]) => {
  const options = readOptions(args);
  if (!options) throw new Error('help was asked for');
  return options.scenario;
};

describe('the meaning', () => {
  const scenario = scenarioFor('--origins', '10ms,40ms');

  test('tells those that overload an origin from those that do not, and says who is best', () => {
    const outcomes = [outcome('a', 2.44, 5000), outcome('b', 1.5, 5000), outcome('c', 0.9, 200), outcome('d', 0.8, 100)];
    expect(meaningOf(outcomes, scenario)).toBe(
      'At 75% load, a and b send an origin more than it can do (a sends the 40 ms origin-2 2.4 times as much), so that its queue grows ' +
        'as long as the load lasts, while c and d do not; of these, d has the lowest p99 of 100 ms.',
    );
  });

  test('says so when nobody overloads one', () => {
    expect(meaningOf([outcome('a', 0.5, 100), outcome('b', 0.4, 50)], scenario)).toBe(
      'At 75% load, no policy sends an origin more than it can do; b has the lowest p99 of 50 ms, a the highest of 100 ms.',
    );
    expect(meaningOf([outcome('a', 0.5, 100)], scenario)).toMatch(/; a has the lowest p99 of 100 ms\.$/);
  });

  test('says so when everybody does', () => {
    expect(meaningOf([outcome('a', 2, 100)], { ...scenario, load: 1.5 })).toBe(
      'At 150% load, a sends an origin more than it can do, so that its queue grows as long as the load lasts; that cannot be otherwise above 100%.',
    );
  });
});

test('the table has a line for each policy, in columns', () => {
  const lines = tableOf([outcome('short', 0.5, 100), outcome('a-longer-one', 2, 5000)], scenarioFor());
  expect(lines).toEqual([
    'policy         p50 ms   p99 ms   p99.9 ms   to origin-4   busiest has   failed',
    'short            10.0    100.0      200.0         25.0%           50%     0.0%',
    'a-longer-one     10.0   5000.0    10000.0         25.0%          200%    20.0%',
  ]);
});

test('what is simulated is said in two lines', () => {
  expect(scenarioInWords(scenarioFor(), 'seed 1')).toEqual([
    'Origins: 3 of 10 ms and 1 of 40 ms, one worker each, can do 325 requests/s; 75% of that come, for 60 s',
    'seed 1; 1000 clients; a request fails after 5 s',
  ]);
});

test('the picture has a bar for each policy, in red where an origin is overloaded', () => {
  const picture = chartOf([outcome('a', 2, 5000), outcome('b', 0.5, 100)], ['about', 'a < b']);
  expect(picture.match(/class="bar"/g)).toHaveLength(2);
  expect(picture.match(/class="bar".*#cf222e/g)).toHaveLength(1);
  expect(picture).toContain('a &lt; b');
  expect(picture).not.toContain('NaN');
});

describe('the options', () => {
  test('have defaults for everything, and take all policies', () => {
    const options = readOptions([]);
    expect(options).toMatchObject({ policies: Object.keys(policies), seed: 1, seeds: 5, svg: undefined });
    expect(options?.scenario.origins).toEqual([10, 10, 10, 40].map((pace) => ({ pace, workers: 1 })));
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    ['--origins=10', '--origins: "10" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m'],
    ['--load=75', '--load: "75" is not a load; give a percentage above 0% and up to 1000%, such as 75%'],
    ['--load=0%', '--load: "0%" is not a load; give a percentage above 0% and up to 1000%, such as 75%'],
    ['--policies=frist', expect.stringMatching(/^--policies: "frist" is not known; give one of: first, /)],
    ['--seconds=0', '--seconds: "0" is not a count; give a whole number from 1 to 86400'],
    ['--seeds=x', '--seeds: "x" is not a count; give a whole number from 1 to 1000'],
    ['--workers=10000', '--seconds: about 731250000 requests would come for each policy; give fewer seconds or seeds'],
    ['--origins=1m', '--seconds: about 4 requests would come for each policy; give more seconds or seeds'],
    ['--sedonds=1', expect.stringMatching(/^Unknown option '--sedonds'.*; see --help$/)],
  ])('%s is refused with what would be right', (arg, problem) => {
    expect(() => readOptions([arg])).toThrow(OptionsError);
    try {
      readOptions([arg]);
    } catch (error) {
      expect((error as OptionsError).problems).toEqual([problem]);
    }
  });

  test('all problems are told at once', () => {
    expect(() => readOptions(['--load=x', '--seeds=0'])).toThrow(/--load: .*\n--seeds: /);
  });
});
