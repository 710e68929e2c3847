import { test } from '@jest/globals';

test('leaves something behind', () => {
  Object.assign(globalThis, { forgotten: true });
  process.env['FORGOTTEN'] = 'yes';
});
