import { expect, test } from '@jest/globals';
import type { Cause, Outcome } from '../../../src/brain/exchange/outcome.ts';
import { evidenceOf } from '../../../src/brain/health/evidence.ts';

const failed = (during: 'connecting' | 'waiting' | 'answering', cause: Cause): Outcome => ({
  ...{ kind: 'failed', during, cause, reason: 'why' },
});
const status = (code: number): Outcome => ({ kind: 'answered', status: code });
const good = (code: number) => ({ connection: 'held', answer: 'good', problem: String(code) });
const bad = (code: number) => ({ connection: 'held', answer: 'bad', problem: String(code) });

test.each<[string, Outcome, unknown]>([
  ['an answer', status(200), good(200)],
  ['a redirection', status(304), good(304)],
  ['the client’s mistake', status(404), good(404)],
  ['the last of those', status(499), good(499)],
  ['a WebSocket that has closed', status(101), undefined],
  ['a server error', status(500), bad(500)],
  ['a method that the origin does not have', status(501), good(501)],
  ['an overload', status(503), bad(503)],
  ['a version that the origin does not have', status(505), good(505)],
  ['a status that nobody knows', status(599), bad(599)],
  ['no connection', failed('connecting', 'lost'), { connection: 'lost', problem: 'why' }],
  ['no connection in time', failed('connecting', 'timeout'), { connection: 'lost', problem: 'why' }],
  ['a certificate that is not trusted', failed('connecting', 'invalid'), { connection: 'lost', problem: 'why' }],
  ['no connection for want of descriptors', failed('connecting', 'own'), undefined],
  ['a connection that broke before the answer', failed('waiting', 'lost'), { connection: 'broken', answer: 'bad', problem: 'why' }],
  ['a connection that broke in the answer', failed('answering', 'lost'), { connection: 'broken', answer: 'bad', problem: 'why' }],
  ['no answer in time', failed('waiting', 'timeout'), { answer: 'bad', problem: 'why' }],
  ['an answer that fell silent', failed('answering', 'timeout'), { answer: 'bad', problem: 'why' }],
  ['garbage', failed('waiting', 'invalid'), { answer: 'bad', problem: 'why' }],
  ['garbage in the answer', failed('answering', 'invalid'), { answer: 'bad', problem: 'why' }],
  ['the balancer’s own trouble before the answer', failed('waiting', 'own'), undefined],
  ['the balancer’s own trouble in the answer', failed('answering', 'own'), undefined],
  ['an attempt that the request had no time left for', { kind: 'overdue' }, undefined],
  ['a header over the balancer’s own limit', failed('waiting', 'too-large'), { connection: 'held', problem: 'why' }],
  ['a client that left', { kind: 'abandoned' }, undefined],
  ['a client that stalled', { kind: 'starved' }, undefined],
  ['a client that does not read', { kind: 'unread' }, undefined],
])('%s', (_what, outcome, evidence) => {
  expect(evidenceOf(outcome)).toEqual(evidence);
});
