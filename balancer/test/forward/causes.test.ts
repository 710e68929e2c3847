import { expect, test } from '@jest/globals';
import { causeOf } from '../../src/forward/causes.ts';

const error = (code: string, message = 'why') => Object.assign(new Error(message), { code });

test.each([
  ['the balancer’s own', ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EACCES', 'CUT'], 'own'],
  ['what can’t be written', ['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_STATUS_CODE', 'ERR_HTTP_HEADERS_SENT'], 'own'],
  ['a header over the limit', ['LONG_HEAD'], 'too-large'],
  ['time', ['LATE_CONNECTION', 'LATE_ANSWER', 'SILENT', 'ETIMEDOUT'], 'timeout'],
  ['a connection', ['CLOSED', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'], 'lost'],
  ['no HTTP', ['INVALID', 'CHATTY'], 'invalid'],
  ['no TLS', ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'], 'invalid'],
  ['a mistake in the balancer', ['', 'ERR_INVALID_ARG_TYPE', 'ERR_ASSERTION', 'ERR_STREAM_DESTROYED'], 'own'],
])('%s', (_what, codes, cause) => {
  expect(codes.map((code) => causeOf(error(code), 'waiting'))).toEqual(codes.map(() => cause));
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
