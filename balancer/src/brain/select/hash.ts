const usualSize = 1024;
const usualBytes = new Uint8Array(usualSize);
const usualView = new DataView(usualBytes.buffer);

/**
 * A 32-bit hash of a text's UTF-8 bytes: MurmurHash3_x86_32, in which every bit of the text changes every bit of the hash with
 * a chance of about one half (weaker ones, such as FNV-1a, fill a Maglev table unevenly). Different seeds make independent
 * hashes. It is no defence against people who choose their keys to collide. Source: Austin Appleby, SMHasher, MurmurHash3.cpp.
 */
export function hash(text: string, seed: number): number {
  // A character takes at most three bytes; three more round the last word up with zeros, which change nothing.
  const fits = text.length * 3 + 3 <= usualSize;
  const bytes = fits ? usualBytes : new Uint8Array(text.length * 3 + 3);
  const written = encode(text, bytes);
  bytes.fill(0, written, written + 3);
  return hashBytes(fits ? usualView : new DataView(bytes.buffer), written, seed);
}

/** Writes a text as UTF-8 (RFC 3629 §3); a surrogate without its other half as U+FFFD. Returns how many bytes that were. */
function encode(text: string, bytes: Uint8Array): number {
  let end = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[end] = unit;
      end += 1;
      continue;
    }
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i += 1;
    end = encodePoint(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point, bytes, end);
  }
  return end;
}

/** Writes a code point above 0x7f from `at` on; returns where it ends. */
function encodePoint(point: number, bytes: Uint8Array, at: number): number {
  const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes[at] = ((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more));
  for (let i = 1; i <= more; i += 1) bytes[at + i] = 0x80 | ((point >> (6 * (more - i))) & 0x3f);
  return at + more + 1;
}

function hashBytes(view: DataView, length: number, seed: number): number {
  const whole = length - (length % 4);
  let state = seed;
  for (let at = 0; at < whole; at += 4) {
    state ^= scrambled(view.getUint32(at, true));
    state = (Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (whole < length) state ^= scrambled(view.getUint32(whole, true));
  return mixed(state ^ length);
}

function scrambled(word: number): number {
  const spread = Math.imul(word, 0xcc9e2d51);
  return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
}

/** Spreads every bit of a 32-bit number over all of them: the finalizer of MurmurHash3. Different numbers stay different. */
export function mixed(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A hash as people write it. */
export function inHex(hash: number): string {
  return hash.toString(16).padStart(8, '0');
}
