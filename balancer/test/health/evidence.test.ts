import { expect, test } from '@jest/globals';
import type { Outcome } from '../../src/exchange.ts';
import { evidenceOf } from '../../src/health/evidence.ts';

const failed = (during: 'connecting' | 'waiting' | 'answering', cause: 'timeout' | 'lost' | 'too-large' | 'invalid'): Outcome => ({
  ...{ kind: 'failed', during, cause, reason: 'why' },
});

test.each<[string, Outcome, unknown]>([
  ['an answer', { kind: 'answered', status: 200 }, { connection: 'held', answer: 'good', problem: '200' }],
  ['the client’s mistake', { kind: 'answered', status: 404 }, { connection: 'held', answer: 'good', problem: '404' }],
  ['a WebSocket that has closed', { kind: 'answered', status: 101 }, undefined],
  ['a server error', { kind: 'answered', status: 500 }, { connection: 'held', answer: 'bad', problem: '500' }],
  ['no connection', failed('connecting', 'lost'), { connection: 'lost', problem: 'why' }],
  ['no connection in time', failed('connecting', 'timeout'), { connection: 'lost', problem: 'why' }],
  ['a connection that broke before the answer', failed('waiting', 'lost'), { connection: 'lost', answer: 'bad', problem: 'why' }],
  ['a connection that broke in the answer', failed('answering', 'lost'), { connection: 'lost', answer: 'bad', problem: 'why' }],
  ['no answer in time', failed('waiting', 'timeout'), { answer: 'bad', problem: 'why' }],
  ['an answer that fell silent', failed('answering', 'timeout'), { answer: 'bad', problem: 'why' }],
  ['garbage', failed('waiting', 'invalid'), { answer: 'bad', problem: 'why' }],
  ['an attempt that the request had no time left for', { kind: 'overdue' }, undefined],
  ['a header over the balancer’s own limit', failed('waiting', 'too-large'), { connection: 'held', problem: 'why' }],
  ['a client that left', { kind: 'abandoned' }, undefined],
  ['a client that stalled', { kind: 'starved' }, undefined],
  ['a client that does not read', { kind: 'unread' }, undefined],
])('%s', (_what, outcome, evidence) => {
  expect(evidenceOf(outcome)).toEqual(evidence);
});
