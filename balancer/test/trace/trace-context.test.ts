import { expect, test } from '@jest/globals';
import { parentIn, traceparentOf } from '../../src/trace/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test.each([
  ['sampled', `00-${traceId}-${spanId}-01`, true],
  ['not sampled', `00-${traceId}-${spanId}-00`, false],
  ['with flags that nobody knows yet', `00-${traceId}-${spanId}-ff`, true],
  ['of a later version', `cc-${traceId}-${spanId}-01`, true],
  ['of a later version, with more behind', `01-${traceId}-${spanId}-00-what-comes`, false],
])('a parent %s is read', (_what, traceparent, isSampled) => {
  expect(parentIn({ traceparent })).toEqual({ traceId, spanId, isSampled, state: '' });
});

test.each([
  ['no field', undefined],
  ['version ff', `ff-${traceId}-${spanId}-01`],
  ['more behind version 00', `00-${traceId}-${spanId}-01-more`],
  ['a later version that goes on without a hyphen', `01-${traceId}-${spanId}-01more`],
  ['capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['two fields', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
  ['an id that is too short', `00-${traceId.slice(1)}-${spanId}-01`],
  ['nothing', ''],
])('with %s there is no parent', (_what, traceparent) => {
  expect(parentIn({ traceparent })).toBeUndefined();
});

const stateOf = (tracestate: string) => parentIn({ traceparent: `00-${traceId}-${spanId}-01`, tracestate })?.state;

test.each([
  ['one member', 'a=1', 'a=1'],
  ['several, with spaces and empty ones', 'a=1 , ,\tb@c=2', 'a=1,b@c=2'],
  ['thirty-two', Array.from({ length: 32 }, (_, n) => `k${n}=v`).join(','), Array.from({ length: 32 }, (_, n) => `k${n}=v`).join(',')],
])('a state of %s is handed on', (_what, field, state) => {
  expect(stateOf(field)).toBe(state);
});

test.each([
  ['thirty-three members', Array.from({ length: 33 }, (_, n) => `k${n}=v`).join(',')],
  ['a key twice', 'a=1,a=2'],
  ['a key in capitals', 'A=1'],
  ['no value', 'a'],
  ['an = in a value', 'a=b=c'],
  ['a value that is too long', `a=${'x'.repeat(257)}`],
])('a state with %s is not', (_what, field) => {
  expect(stateOf(field)).toBe('');
});

test('a traceparent of ours can be read', () => {
  expect(parentIn({ traceparent: traceparentOf(traceId, spanId, true) })).toMatchObject({ traceId, spanId, isSampled: true });
});
