import { describe, expect, test } from '@jest/globals';
import { handshakeAdvice, handshakeFailure } from '../../src/wire/handshake-failures.ts';

const error = (code: string, more: object = {}) => Object.assign(new Error('why'), { code, ...more });
const otherName = (subjectaltname: string | undefined) =>
  handshakeFailure(error('ERR_TLS_CERT_ALTNAME_INVALID', { host: 'a.example', cert: { subjectaltname } }));

describe('why TLS failed is said', () => {
  test.each([
    ['CERT_HAS_EXPIRED', 'certificate has expired (CERT_HAS_EXPIRED)'],
    ['CERT_REVOKED', 'certificate not trusted (CERT_REVOKED)'],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'TLS failed (ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE)'],
    ['ERR_OSSL_EVP_UNSUPPORTED', 'TLS failed (ERR_OSSL_EVP_UNSUPPORTED)'],
  ])('of %s: %s', (code, reason) => {
    expect(handshakeFailure(error(code))).toBe(reason);
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'INVALID', 'ERR_INVALID_ARG_TYPE', 'constructor'])(
    'of %s not, since it is no TLS that did',
    (code) => {
      expect(handshakeFailure(error(code))).toBeUndefined();
    },
  );
});

describe('of a certificate for other names', () => {
  test.each([
    ['DNS:b.example, IP Address:10.0.0.1, IP Address:::1', 'b.example, 10.0.0.1, ::1'],
    ['DNS:b, DNS:*.c, DNS:d, DNS:e', 'b, *.c, d, …'],
    // What an origin of an enemy may say: Node.js puts quotes around what is no name.
    ['DNS:"b\\nc is ready", DNS:d', 'd'],
    ['DNS:b<script>, DNS:d', 'd'],
  ])('those are told, where they are names: %j', (names, told) => {
    expect(otherName(names)).toBe(`certificate is for ${told}, not for a.example (ERR_TLS_CERT_ALTNAME_INVALID)`);
  });

  test.each([undefined, '', 'email:a@b', `DNS:${'x'.repeat(254)}`])('none is told, where there is none: %j', (names) => {
    expect(otherName(names)).toBe('certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)');
  });
});

describe('what would help is said', () => {
  test.each([
    ['certificate has expired (CERT_HAS_EXPIRED)', /renew it$/],
    ['certificate is for b (or not), not for a (ERR_TLS_CERT_ALTNAME_INVALID)', /--origin-name$/],
    ['certificate not trusted, signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)', /--origin-ca=FILE, a PEM file with who signed it/],
    [
      'certificate not trusted, … (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
      /--origin-ca=FILE.*or have it send the certificates in between as well/,
    ],
    ['certificate not trusted (CERT_UNTRUSTED)', /--origin-ca=FILE/],
    ['no TLS, but something else (ERR_SSL_WRONG_VERSION_NUMBER)', /plain HTTP at that port; list it with http:/],
    ['no HTTP/1.1 over TLS (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)', /speak HTTP\/1\.1 as well/],
  ])('against: %s', (reason, advice) => {
    expect(handshakeAdvice(reason)).toMatch(advice);
  });

  test.each([
    '503',
    'ECONNREFUSED',
    'connection closed in the TLS handshake (ECONNRESET)',
    'no TLS handshake in time',
    'TLS failed (ERR_SSL_X)',
    '(constructor)',
  ])('not where nothing is known: %s', (reason) => {
    expect(handshakeAdvice(reason)).toBeUndefined();
  });
});
