import { describe, expect, test } from '@jest/globals';
import type { Exchange } from '../../src/brain/exchange/exchange.ts';
import { explainRule, explanationFields } from '../../src/dispatch/explain.ts';
import { pairsOf } from '../../src/listen/field-lines.ts';
import { attempt, exchange } from '../brain/story/exchanges.ts';
import { originAt } from '../origins.ts';

test.each([
  ['asked', '1', true],
  ['asked', '0', false],
  ['asked', undefined, false],
  ['always', undefined, true],
  ['off', '1', false],
] as const)('where it is %s, a client that asks by %s is told: %s', (explaining, asked, isTold) => {
  const told = explainRule(explaining, [])('192.0.2.7', asked === undefined ? {} : { 'x-lb-explain': asked });
  expect(told !== undefined).toBe(isTold);
});

/** What the fields of an exchange say. */
function fieldsOf(changes: Partial<Exchange>) {
  const fields = Object.fromEntries(pairsOf(explanationFields(exchange(changes))));
  return { why: fields['X-LB-Why'] ?? '', by: fields['X-LB-Origin'], timing: fields['Server-Timing'], id: fields['X-LB-Decision'] };
}

const failed = (port: number, reason: string) =>
  attempt({ origin: originAt(port), outcome: { kind: 'failed', during: 'connecting', reason, cause: 'lost' } });
const starved = attempt({ outcome: { kind: 'starved' } });

describe('the sentence', () => {
  test('names every origin that failed, in order, and then why this one', () => {
    const { why, by, id } = fieldsOf({ attempts: [failed(3, 'ECONNREFUSED'), failed(2, 'EPIPE'), attempt({ firstByteAt: 1004 })] });
    expect(why).toBe('127.0.0.1:3 failed (ECONNREFUSED), 127.0.0.1:2 failed (EPIPE); then first: 127.0.0.1:1 is the first of 2');
    expect([by, id]).toEqual(['127.0.0.1:1', 'id-1']);
  });

  test('blames no origin for what its client did', () => {
    expect(fieldsOf({ attempts: [starved], notRetried: 'the client stopped sending' }).why).toBe('the client stopped sending');
    expect(fieldsOf({ attempts: [] }).why).toBe('no answer');
  });

  test('is cut after a thousand characters', () => {
    expect(fieldsOf({ notRetried: 'x'.repeat(999) }).why).toHaveLength(999);
    expect(fieldsOf({ notRetried: 'x'.repeat(1001) }).why).toBe('x'.repeat(1000));
  });

  test('has no character that a field can’t have', () => {
    expect(fieldsOf({ notRetried: '’tis −4 ~ ü\r\nX: y\u007f' }).why).toBe("'tis -4 ~ ???X: y?");
  });
});

describe('the timing', () => {
  test('is the wait before the latest pick, for a connection and for the first byte', () => {
    const latest = attempt({ startedAt: 1020, connectedAt: 1023.456, firstByteAt: 1030 });
    expect(fieldsOf({ attempts: [failed(2, 'EPIPE'), latest] }).timing).toBe('wait;dur=20.00, connect;dur=3.46, origin;dur=6.54');
  });

  test('of an attempt that came to nothing goes as far as it came', () => {
    const endedAt = 1050;
    expect(fieldsOf({ attempts: [attempt({ endedAt })] }).timing).toBe('wait;dur=1.00, connect;dur=49.00, origin;dur=0.00');
    expect(fieldsOf({ attempts: [attempt({ endedAt, connectedAt: 1010 })] }).timing).toBe(
      'wait;dur=1.00, connect;dur=9.00, origin;dur=40.00',
    );
    expect(fieldsOf({ attempts: [] }).timing).toBe('wait;dur=0');
  });
});
