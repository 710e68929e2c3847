/**
 * What of DER (ITU-T X.690) a certificate request and a challenge's certificate are written in, and no more: Node signs and reads
 * certificates, but writes none.
 */

/** A value with its tag and its length in front. */
function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

/** Lengths from 128 on are told by how many bytes they take, and then those (X.690 §8.1.3). */
function lengthOf(length: number): number[] {
  if (length < 128) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** Values of which each has its place (SEQUENCE). */
export function sequence(...members: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...members);
}

/** Values of which the order means nothing (SET); with one member, as here, it needs no sorting. */
export function setOf(member: Uint8Array): Buffer {
  return tagged(0x31, member);
}

/** A whole number that is not negative: its bytes, with a zero in front where the first would be read as a sign. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  return tagged(0x02, (short[0] as number) > 127 ? Buffer.from([0]) : Buffer.alloc(0), short);
}

/** True; what is false is left out in DER, since that is always the default. */
export function yes(): Buffer {
  return tagged(0x01, Buffer.from([0xff]));
}

/** Bits, as many as whole bytes have. */
export function bits(bytes: Uint8Array): Buffer {
  return tagged(0x03, Buffer.from([0]), bytes);
}

/** Bytes (OCTET STRING). */
export function bytes(...contents: readonly Uint8Array[]): Buffer {
  return tagged(0x04, ...contents);
}

/** A text (UTF8String). */
export function text(words: string): Buffer {
  return tagged(0x0c, Buffer.from(words, 'utf8'));
}

/** A name in the tree of all names, such as `2.5.29.17` (OBJECT IDENTIFIER). */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(inSevens)]));
}

/** Seven bits a byte, and the eighth says that more bytes follow. */
function inSevens(number: number): number[] {
  const sevens = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) sevens.unshift(0x80 | (rest % 128));
  return sevens;
}

/** A time, in ms since 1970. Two digits of the year up to 2049, four after that (RFC 5280 §4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

/** A value that is told by its place alone, of simple or of joined contents (context-specific tags). */
export function inPlace(place: number, kind: 'simple' | 'joined', ...contents: readonly Uint8Array[]): Buffer {
  return tagged((kind === 'joined' ? 0xa0 : 0x80) | place, ...contents);
}
