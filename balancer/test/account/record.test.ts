import { expect, test } from '@jest/globals';
import { recordOf } from '../../src/account/record.ts';
import { exchange } from '../brain/story/exchanges.ts';

test('a target is whole in the log up to 1,024 characters, and cut off behind them', () => {
  const shown = (target: string) => recordOf(exchange({ target }), 0, new Date(0)).target;
  const longest = `/${'x'.repeat(1023)}`;
  expect([shown(longest), shown(`${longest}y`)]).toEqual([longest, `${longest}…`]);
});
