import { describe, expect, test } from '@jest/globals';
import { changesBetween, merged } from '../../src/config/changes.ts';
import { optionNames } from '../../src/config/options.ts';
import { poolOptions } from '../../src/config/pool-options.ts';
import { poolsOf } from '../../src/config/pools.ts';
import { aFile } from './a-file.ts';

const { config } = aFile();

const routes = 'routes: [{ path: /b, pool: b }, { pool: a }]\n';
const file = (top: string, a: string, b: string, after = routes) =>
  config(`${top}\npools:\n  a: { origins: "http://a"${a} }\n  b: { origins: "http://b"${b} }\n${after}`);
const before = file('', '', ', retries: 1');

describe('between two files with pools, what changed is', () => {
  test.each([
    ['nothing', file('', '', ', retries: 1'), []],
    ['an option of one of them, by its name', file('', ', policy: random', ', retries: 1'), ['pool a: policy']],
    ['what one of them had for itself before', file('', '', ''), ['pool b: retries']],
    ['what holds for all, once, and not for who follows it', file('policy: random', '', ', retries: 1'), ['policy']],
    ['what holds for all, and not for who had its own', file('retries: 5', '', ', retries: 1'), ['retries']],
    ['both, where a pool changes otherwise', file('retries: 5', ', retries: 6', ', retries: 1'), ['retries', 'pool a: retries']],
    ['routes', file('', '', ', retries: 1', 'routes: [{ path: /c, pool: b }, { pool: a }]\n'), ['routes']],
    [
      'the pools, where one has another name, and with them the routes',
      config('pools:\n  a: { origins: "http://a" }\n  c: { origins: "http://b" }\nroutes: [{ path: /b, pool: c }, { pool: a }]'),
      ['pools', 'routes'],
    ],
    [
      'a list of origins',
      config(`pools:\n  a: { origins: "http://c" }\n  b: { origins: "http://b", retries: 1 }\n${routes}`),
      ['pool a: origins'],
    ],
  ])('%s', (_what, after, changed) => {
    expect(changesBetween(before, after)).toEqual({ live: changed, restart: [] });
  });

  test('of one that is listed for all, told once', () => {
    const with_ = (list: string) =>
      config(`pools:\n  a: { origins: "http://a" }\nroutes: [{ path: /b, pool: a }, { pool: default }]\n`, [list]);
    expect(changesBetween(with_('--origins=http://x'), with_('--origins=http://y')).live).toEqual(['origins']);
  });
});

test('pools that come where there were none, and go again, are a change', () => {
  const plain = config('origins: http://a');
  const one = config('pools: { shop: { origins: "http://a" } }');
  expect(changesBetween(plain, one).live).toEqual(['origins', 'pools']);
  expect(changesBetween(one, plain).live).toEqual(['origins', 'pools']);
});

describe('a configuration to go on with', () => {
  const after = merged(before, file('port: 1\nthreads: 2\nretries: 5', '', ', retries: 7, policy: random'));

  test('has the new pools and routes', () => {
    expect(poolsOf(after).map(({ name, settings }) => [name, settings.retries, settings.policy])).toEqual([
      ['a', 5, 'round-robin'],
      ['b', 7, 'random'],
    ]);
    expect(after.routes).toHaveLength(2);
    expect(after.retries).toBe(5);
    expect(merged(before, config('origins: http://a'))).not.toHaveProperty('pools');
    expect(merged(before, config('origins: http://a'))).not.toHaveProperty('routes');
  });

  test('keeps what needs a restart as it was, in each pool as well', () => {
    expect(after).toMatchObject({ port: 8080, threads: 1 });
    for (const { settings } of poolsOf(after)) expect(settings).toMatchObject({ port: 8080, threads: 1 });
  });
});

test('every option that a pool may have for itself can change while it runs', () => {
  const none = config('origins: http://a');
  const changed = { ...none, ...Object.fromEntries(poolOptions.map((name) => [name, 'changed'])) };
  expect(changesBetween(none, changed).restart).toEqual([]);
  expect(changesBetween(none, { ...none, ...Object.fromEntries(optionNames.map((name) => [name, 'changed'])) }).restart).toContain('port');
});
