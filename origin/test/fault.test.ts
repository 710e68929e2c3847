import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readFault } from '../src/fault.ts';

const well = {
  ...{ latencyMs: 0, jitterMs: 0, errorRate: 0, status: 500, hangRate: 0, resetRate: 0 },
  ...{ capacity: null, queue: 0, spareHealth: true },
};

test('takes what is not said as well, and lasts two minutes', () => {
  expect(readFault({})).toEqual({ fault: well, ttlS: 120 });
  expect(readFault({ latencyMs: 300, ttlS: 5 })).toEqual({ fault: { ...well, latencyMs: 300 }, ttlS: 5 });
});

test.each([
  { latencyMs: 60_000, jitterMs: 0.5 },
  { errorRate: 1, status: 599 },
  { errorRate: 0.33, hangRate: 0.56, resetRate: 0.11 },
  { capacity: 1, queue: 100_000, spareHealth: false },
  { ttlS: 0.1 },
  { ...well },
])('takes %j', (body) => {
  expect(readFault(body)).toEqual({ fault: { ...well, ...body, ttlS: undefined }, ttlS: 'ttlS' in body ? body.ttlS : 120 });
});

const keys = 'latencyMs, jitterMs, errorRate, status, hangRate, resetRate, capacity, queue, spareHealth, ttlS';

test.each([
  [{ latencyMs: -1 }, 'latencyMs: -1 is wrong; give a number of milliseconds from 0 to 60000'],
  [{ latencyMs: '5' }, 'latencyMs: "5" is wrong; give a number of milliseconds from 0 to 60000'],
  [{ jitterMs: 60_001 }, 'jitterMs: 60001 is wrong; give a number of milliseconds from 0 to 60000'],
  [{ errorRate: 1.1 }, 'errorRate: 1.1 is wrong; give a share of the requests from 0 (none) to 1 (all)'],
  [{ hangRate: null }, 'hangRate: null is wrong; give a share of the requests from 0 (none) to 1 (all)'],
  [{ resetRate: true }, 'resetRate: true is wrong; give a share of the requests from 0 (none) to 1 (all)'],
  [{ errorRate: 1, status: 200 }, 'status: 200 is wrong; give a status from 400 to 599'],
  [{ errorRate: 1, status: 500.5 }, 'status: 500.5 is wrong; give a status from 400 to 599'],
  [{ status: 503 }, 'status: does nothing without errorRate; give both'],
  [{ queue: 5 }, 'queue: does nothing without capacity; give both'],
  [{ capacity: 0 }, 'capacity: 0 is wrong; give a whole number of requests from 1 to 100000, or null for no limit'],
  [{ capacity: 1, queue: -1 }, 'queue: -1 is wrong; give a whole number of requests from 0 to 100000'],
  [{ spareHealth: 'no' }, 'spareHealth: "no" is wrong; give true or false'],
  [{ ttlS: 0 }, 'ttlS: 0 is wrong; give a number of seconds above 0, up to 86400'],
  [{ errorRate: 0.6, hangRate: 0.6 }, 'errorRate, hangRate, resetRate: 1.2 together; give shares that come to at most 1'],
  [{ latency: 5 }, `latency: unknown key; the keys are ${keys}`],
  [JSON.parse('{"__proto__":5}'), `__proto__: unknown key; the keys are ${keys}`],
  [{ constructor: 5 }, `constructor: unknown key; the keys are ${keys}`],
  [[], `the body is no JSON object; give one with any of the keys ${keys}`],
  [null, `the body is no JSON object; give one with any of the keys ${keys}`],
  ['slow', `the body is no JSON object; give one with any of the keys ${keys}`],
])('refuses %j and says why', (body, problem) => {
  expect(readFault(body)).toEqual({ problems: [problem] });
});

test('says everything that is wrong at once', () => {
  const reading = readFault({ latencyMs: -1, hangRate: 2, queue: 1, slow: true });
  expect(reading).toEqual({
    problems: [
      expect.stringMatching(/^slow: /),
      expect.stringMatching(/^latencyMs: /),
      expect.stringMatching(/^hangRate: /),
      expect.stringMatching(/^queue: /),
    ],
  });
});

test('the page for newcomers has a line for every key', () => {
  const page = readFileSync(new URL('../../docs/origins.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| key |');
  const [lines = ''] = table.split('\n\n');
  expect([...lines.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)).toEqual(keys.split(', '));
});
