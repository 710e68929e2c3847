import { expect, test } from '@jest/globals';
import type { AcmeHostReport } from '../../../src/admin/api.ts';
import { certificateWords } from '../../../src/admin/dashboard/certificates/words.ts';

const good: AcmeHostReport = {
  ...{ host: 'a.example', state: 'good', isOrdering: false, failures: 0, problem: null },
  ...{ notAfter: new Date(2027, 1, 25, 9, 12).getTime(), nextOrder: new Date(2027, 0, 26, 10, 3).getTime() },
};

test.each<[string, Partial<AcmeHostReport>, string, string]>([
  ['is good', {}, 'good until 25 Feb 2027, 09:12', 'the next is ordered 26 Jan 2027, 10:03'],
  ['is not there yet', { state: 'none', notAfter: null, isOrdering: true }, 'has none yet', 'being ordered now'],
  ['could not be had', { state: 'none', notAfter: null, failures: 1 }, 'has none yet', '1 order failed; next try 26 Jan 2027, 10:03'],
  ['has ended', { state: 'expired', failures: 3 }, 'ended 25 Feb 2027, 09:12', '3 orders in a row failed; next try 26 Jan 2027, 10:03'],
])('the page says of a certificate that it %s', (_what, differing, state, next) => {
  expect(certificateWords({ ...good, ...differing })).toEqual({ state, next });
});
