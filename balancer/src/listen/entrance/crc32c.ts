/** Castagnoli's polynomial, its bits in reverse. */
const polynomial = 0x82f63b78;

/** What each byte adds. Made when it is first needed, which it mostly never is. */
let table: Uint32Array | undefined;

function remainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0);
    return remainder;
  });
}

/** The checksum CRC32c (RFC 3385; not the CRC-32 of zip), as an unsigned number. */
export function crc32c(bytes: Uint8Array): number {
  table ??= remainders();
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] as number);
  return ~sum >>> 0;
}
