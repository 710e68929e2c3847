import { expect, test } from '@jest/globals';
import { readCommand } from '../../src/config/read.ts';
import { settingsOf } from '../../src/config/settings.ts';

const roomWith = (...flags: string[]) => {
  const command = readCommand(flags, {});
  if (command.kind !== 'run') throw new Error('the flags are not a configuration');
  return settingsOf.room(command.config);
};

test('nobody waits for a place for longer than a request may take in all', () => {
  expect(roomWith('--wait-timeout=3s', '--total-timeout=700ms').maxWait).toBe(700);
  expect(roomWith('--wait-timeout=3s', '--total-timeout=60s').maxWait).toBe(3000);
});
