import { expect, test } from '@jest/globals';
import { causeOf } from '../../src/forward/causes.ts';

const error = (code: string, message = 'why') => Object.assign(new Error(message), { code });

test.each([
  [
    'the balancer’s own',
    ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EACCES', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED'],
    'own',
  ],
  ['what can’t be written', ['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_STATUS_CODE', 'ERR_HTTP_HEADERS_SENT', 'UND_ERR_INVALID_ARG'], 'own'],
  ['what the client said of its body', ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'], 'own'],
  ['a header over the limit', ['HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW'], 'too-large'],
  ['time', ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'], 'timeout'],
  [
    'a connection',
    ['UND_ERR_SOCKET', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
    'lost',
  ],
  ['no HTTP', ['HPE_INVALID_CONSTANT', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', ''], 'invalid'],
])('%s', (_what, codes, cause) => {
  expect(codes.map((code) => causeOf(error(code), 'waiting'))).toEqual(codes.map(() => cause));
});

test('a 100 that nobody asked for is no lost connection', () => {
  expect(causeOf(error('UND_ERR_SOCKET', 'bad response'), 'waiting')).toBe('own');
  expect(causeOf(error('UND_ERR_SOCKET', 'other side closed'), 'waiting')).toBe('lost');
});

test.each([
  ['once the answer has begun', 'answering', false, 'own'],
  ['of a body that is too long to keep', 'waiting', true, 'own'],
  ['of a short request', 'waiting', false, 'lost'],
] as const)('a write that fails, %s', (_when, during, isLong, cause) => {
  for (const code of ['EPIPE', 'ECONNRESET']) {
    expect(causeOf(Object.assign(error(code), { syscall: 'write' }), during, isLong)).toBe(cause);
    expect(causeOf(Object.assign(error(code), { syscall: 'read' }), during, isLong)).toBe('lost');
  }
});
