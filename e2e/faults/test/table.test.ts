import { expect, test } from '@jest/globals';
import { scenarios } from '../scenarios.ts';
import { tableOf, withTable } from '../table.ts';

const [scenario] = scenarios as [(typeof scenarios)[number]];

test('each result is a row', () => {
  const table = tableOf([{ scenario, row: { requests: 12_345, failures: 'none', notes: 'back after 0.3 s' } }]);
  expect(table.split('\n')).toHaveLength(3);
  expect(table).toContain(`| ${scenario.title} | 12,345 | none | back after 0.3 s |`);
});

test('a table takes the place of the one before', () => {
  const before = 'one\n<!-- faults -->\nold\n<!-- /faults -->\ntwo';
  expect(withTable(before, 'new')).toBe('one\n<!-- faults -->\nnew\n<!-- /faults -->\ntwo');
  expect(() => withTable('no marks', 'new')).toThrow('there is no <!-- faults -->');
});

test('no two scenarios share a name', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});
