import type { SecureContext } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import type { CertificatePair, Issued } from '../../src/tls/pair.ts';
import { ShownCertificates } from '../../src/tls/shown.ts';
import { ticketEpoch, ticketKeys } from '../../src/tls/tickets.ts';

/** Contexts that are nothing but the text of their certificate. */
const contexts = { of: ({ cert }: { cert: string }) => cert as unknown as SecureContext };

const pair = (...names: string[]): CertificatePair => ({
  ...{ file: 'f', keyFile: 'k', cert: names[0] ?? '', key: '' },
  ...{ names, begins: 0, expires: 1 },
});

function shown(pairs: CertificatePair[], issued: Partial<Issued> = {}): ShownCertificates {
  return new ShownCertificates(contexts as never, pairs, { pages: [], pairs: [], proofs: [], ...issued });
}

describe('the certificate that is shown', () => {
  const some = shown([pair('first.example'), pair('*.shop.example'), pair('a.shop.example'), pair('a.shop.example', 'late.example')]);

  test.each([
    ['a.shop.example', 'a.shop.example'],
    ['A.Shop.Example', 'a.shop.example'],
    ['a.shop.example.', 'a.shop.example'],
    ['b.shop.example', '*.shop.example'],
    ['late.example', 'a.shop.example'],
    ['shop.example', 'first.example'],
    ['a.b.shop.example', 'first.example'],
    ['unknown', 'first.example'],
  ])('to who asks for %s is that of %s', (name, expected) => {
    expect(some.named(name)).toBe(expected);
  });

  test('to who names nobody is the first', () => {
    expect(some.first).toBe('first.example');
    expect(shown([], { pairs: [pair('issued.example')] }).first).toBe('issued.example');
    expect(shown([]).first).toBeUndefined();
  });

  test('is the configuration’s before one that was issued', () => {
    const both = shown([pair('*.example', 'b.example')], { pairs: [pair('a.example'), pair('new', 'b.example')] });
    expect([both.named('a.example'), both.named('b.example'), both.named('new')]).toEqual(['a.example', '*.example', 'new']);
  });

  test('is a proof only to who asks for one', () => {
    const proving = shown([pair('a.example')], { proofs: [{ name: 'a.example', cert: 'proof', key: '' }] });
    expect([proving.hasProofs, proving.proof('A.example'), proving.named('a.example')]).toEqual([true, 'proof', 'a.example']);
    expect([proving.proof('b.example'), some.hasProofs]).toEqual([undefined, false]);
  });
});

describe('the key of session tickets', () => {
  test('is another after half a day, and for another secret', () => {
    const day = 24 * 3_600_000;
    const keys = [0, 0.4, 0.6].map((days) => ticketKeys('secret', ticketEpoch(1000 * day + days * day)).toString('hex'));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
    expect(ticketKeys('another', ticketEpoch(1000 * day)).toString('hex')).not.toBe(keys[0]);
    expect(ticketKeys('secret', 1)).toHaveLength(48);
  });
});
