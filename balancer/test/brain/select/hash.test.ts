import { expect, test } from '@jest/globals';
import { hash, mixed } from '../../../src/brain/select/hash.ts';

test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['aa', 0x9747b28c, 0x5d211726],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ['a'.repeat(256), 0x9747b28c, 0x37405bdc],
])('hashes %j with seed %d as MurmurHash3 does', (text, seed, expected) => {
  expect(hash(text, seed)).toBe(expected);
});

test('a long text is hashed to its end, and a short one after it is not mixed up with it', () => {
  const long = 'x'.repeat(5000);
  expect(hash(`${long}a`, 0)).not.toBe(hash(`${long}b`, 0));
  expect(hash('a', 0x9747b28c)).toBe(0x7fa09ea6);
});

test('a text is hashed by its UTF-8 bytes, whatever characters it has', () => {
  const latin1 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
  const texts = ['é', 'ß\u07ff\u0800', '€\uffff', '😀', 'a😀b\u{10ffff}', '\ud800', 'a\udc00b', '\ud83dé', '\udfff\ud800'];
  for (const text of texts) expect(hash(text, 7)).toBe(reference(latin1(text), 7));
});

/** MurmurHash3_x86_32 of bytes that are the characters of a text, as its authors wrote it. */
function reference(bytes: string, seed: number): number {
  const at = (place: number) => bytes.charCodeAt(place) || 0;
  const scramble = (word: number) => {
    const spread = Math.imul(word, 0xcc9e2d51);
    return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
  };
  const wordAt = (place: number) => at(place) | (at(place + 1) << 8) | (at(place + 2) << 16) | (at(place + 3) << 24);
  let state = seed;
  let place = 0;
  for (; place + 4 <= bytes.length; place += 4) {
    state ^= scramble(wordAt(place));
    state = (Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (place < bytes.length) state ^= scramble(wordAt(place));
  return mixed(state ^ bytes.length);
}

test('a bit of a number changes each bit of the mixed one about half of the time', () => {
  const flips = new Array(32).fill(0);
  for (let number = 0; number < 1000; number++) {
    const difference = mixed(number) ^ mixed(number ^ (1 << (number % 32)));
    for (let bit = 0; bit < 32; bit++) flips[bit] += (difference >>> bit) & 1;
  }
  for (const count of flips) expect(Math.abs(count - 500)).toBeLessThan(80);
});
