import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { alpnCertificate } from '../../src/acme/alpn-certificate.ts';
import { bytes, identifier, integer, sequence, time } from '../../src/acme/der.ts';
import { heldOf } from '../../src/acme/held.ts';
import { signedMessage, thumbprint } from '../../src/acme/jws.ts';
import { renewalTime, waitAfter } from '../../src/acme/when.ts';
import { madeCertificate } from './made-certificate.ts';

const day = 24 * 60 * 60 * 1000;

describe('DER', () => {
  test.each([
    ['a number of two bytes', integer(Buffer.from([0, 0, 1, 2])), '02020102'],
    ['a number that would look negative', integer(Buffer.from([0x80])), '02020080'],
    ['nothing', integer(Buffer.from([0, 0])), '020100'],
    ['a name with a large number in it', identifier('1.2.840.113549.1.9.14'), '06092a864886f70d01090e'],
    ['a time', time(Date.UTC(2049, 11, 31, 23, 59, 59)), `170d${Buffer.from('491231235959Z').toString('hex')}`],
    ['a time after 2049', time(Date.UTC(2050, 0, 1)), `180f${Buffer.from('20500101000000Z').toString('hex')}`],
    ['something of 127 bytes', bytes(Buffer.alloc(127)).subarray(0, 2), '047f'],
    ['something of 128 bytes', bytes(Buffer.alloc(128)).subarray(0, 3), '048180'],
    ['something of 256 bytes', sequence(Buffer.alloc(256)).subarray(0, 4), '30820100'],
  ])('has %s as X.690 has it', (_what, der, hex) => {
    expect(der.toString('hex')).toBe(hex);
  });
});

test('what is shown by tls-alpn-01 is for that name alone, signed by itself, and has the hash in it', () => {
  const now = Date.now();
  const { cert, key } = alpnCertificate('shop.example.com', 'token.thumbprint', now);
  const read = new X509Certificate(cert);
  expect(read.subjectAltName).toBe('DNS:shop.example.com');
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.validFromDate.getTime()).toBeLessThan(now);
  const hash = createHash('sha256').update('token.thumbprint').digest('hex');
  // id-pe-acmeIdentifier, critical, an OCTET STRING in an OCTET STRING (RFC 8737 §3).
  expect(read.raw.toString('hex')).toContain(`06082b0601050507011f0101ff04220420${hash}`);
});

test('a key’s thumbprint is that of RFC 7638, and its messages can be verified', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  expect(thumbprint(privateKey)).toBe(createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url'));
  const message = JSON.parse(signedMessage({ key: privateKey, account: 'https://ca/account/1' }, 'https://ca/new', 'nonce', { a: 1 }));
  const signed = Buffer.from(`${message.protected}.${message.payload}`);
  const isGood = verify(
    'sha256',
    signed,
    { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' },
    Buffer.from(message.signature, 'base64url'),
  );
  expect(isGood).toBe(true);
  expect(JSON.parse(Buffer.from(message.protected, 'base64url').toString())).toEqual({
    ...{ alg: 'ES256', kid: 'https://ca/account/1', nonce: 'nonce', url: 'https://ca/new' },
  });
});

describe('a certificate', () => {
  test.each([
    ['87654321', 'AIdlQyE'],
    ['01', 'AQ'],
    ['0f00', 'DwA'],
  ])('with the number %s is called so as RFC 9773 has it', (serial, ending) => {
    const made = madeCertificate({ host: 'a.example', notBefore: 0, notAfter: day, serial });
    expect(heldOf(made, 'a.example').name).toMatch(new RegExp(`^[\\w-]{27}\\.${ending}$`));
  });

  test('is renewed at a third of its life left, a little earlier by chance', () => {
    const life = { notBefore: 0, notAfter: 90 * day };
    expect(renewalTime(life, 0)).toBe(60 * day);
    expect(renewalTime(life, 1)).toBe(57 * day);
    expect(renewalTime({ notBefore: 0, notAfter: 6 * day }, 0)).toBe(4 * day);
  });

  test('is renewed when the authority wants it, but never too late for another try', () => {
    const life = { notBefore: 0, notAfter: 90 * day };
    expect(renewalTime(life, 0.5, { start: 10 * day, end: 20 * day })).toBe(15 * day);
    expect(renewalTime(life, 0.5, { start: 100 * day, end: 200 * day })).toBe(81 * day);
  });
});

test('who fails waits longer each time, and an hour at least after too many tries', () => {
  const minute = 60_000;
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map(
    (failures) => waitAfter({ failures, retryAfter: undefined, isLimited: false }, 0) / minute,
  );
  expect(waits).toEqual([1, 10, 30, 60, 120, 240, 480, 720, 720, 720]);
  expect(waitAfter({ failures: 1, retryAfter: undefined, isLimited: true }, 0)).toBe(60 * minute);
  expect(waitAfter({ failures: 1, retryAfter: 90 * minute, isLimited: true }, 0)).toBe(90 * minute);
  expect(waitAfter({ failures: 1, retryAfter: 1e15, isLimited: true }, 0)).toBe(7 * day);
  expect(waitAfter({ failures: 1, retryAfter: undefined, isLimited: false }, 0.999)).toBeCloseTo(1.1 * minute, -2);
});
