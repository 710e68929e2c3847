import { expect, test } from '@jest/globals';
import { nameOf } from '../../../src/brain/dispatch/outcome-name.ts';
import { reasonNotToRetry } from '../../../src/brain/dispatch/retry.ts';
import type { Exchange } from '../../../src/brain/exchange/exchange.ts';
import type { Outcome } from '../../../src/brain/exchange/outcome.ts';
import { attempt, exchange } from '../story/exchanges.ts';

type Failed = Extract<Outcome, { kind: 'failed' }>;
const failed = (during: Failed['during'], cause: Failed['cause'] = 'lost'): Outcome => ({ kind: 'failed', during, reason: 'why', cause });

const streamed = { method: 'PUT', isStreamed: true };
const kept = { method: 'PUT' };
const begun = 'an answer had begun, which no other origin can go on with';

test.each<[string, Outcome | undefined, Partial<Exchange>, string | undefined]>([
  ['no connection, whatever was asked', failed('connecting'), { ...streamed, method: 'POST' }, undefined],
  ['no answer to what may be repeated', failed('waiting'), {}, undefined],
  ['no answer to what was kept', failed('waiting'), kept, undefined],
  ['no answer to what is gone', failed('waiting'), streamed, 'its body was too long to keep and is gone'],
  [
    'no answer to what may not be repeated',
    failed('waiting'),
    { method: 'PATCH' },
    'the origin may have acted on it, and a PATCH may not be done twice (RFC 9110 §9.2.2)',
  ],
  ['half an answer', failed('answering'), {}, begun],
  ['a client that left', { kind: 'abandoned' }, {}, 'the client left'],
  ['a client that sends no more', { kind: 'starved' }, {}, 'the client stopped sending'],
  ['a client that reads no more', { kind: 'unread' }, {}, 'the client stopped reading'],
  ['a client that sends too much', { kind: 'overlong' }, {}, 'its body was longer than its route takes'],
  ['an answer', { kind: 'answered', status: 503 }, {}, 'it was answered'],
])('whether there may be another attempt after %s', (_what, outcome, changes, reason) => {
  const earlier = attempt({ outcome: failed('connecting') });
  expect(reasonNotToRetry(exchange({ attempts: [earlier, attempt(outcome && { outcome })], ...changes }))).toBe(reason);
});

test.each<[Outcome, string]>([
  [{ kind: 'answered', status: 101 }, '1xx'],
  [{ kind: 'answered', status: 299 }, '2xx'],
  [{ kind: 'answered', status: 500 }, '5xx'],
  [failed('connecting'), 'connectErrors'],
  [failed('connecting', 'timeout'), 'connectErrors'],
  [failed('waiting', 'timeout'), 'timeouts'],
  [failed('answering', 'timeout'), 'timeouts'],
  [failed('waiting', 'lost'), 'broken'],
  [failed('answering', 'lost'), 'broken'],
  [failed('waiting', 'invalid'), 'broken'],
  [{ kind: 'starved' }, 'clientLeft'],
  [{ kind: 'overlong' }, 'clientLeft'],
  [{ kind: 'unread' }, 'clientLeft'],
  [{ kind: 'abandoned' }, 'clientLeft'],
])('%j counts as %s', (outcome, name) => {
  expect(nameOf(outcome)).toBe(name);
});
