/**
 * The part of an address that tells clients apart: all of an IPv4 address, and the first 64 bits of an IPv6 address, since one line gets that
 * much at least (RFC 6177 §2).
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  if (/^::ffff:[\d.]+$/i.test(address)) return address.slice('::ffff:'.length);
  const [front = '', back] = (address.split('%', 1)[0] as string).split('::');
  const [head, tail] = [groupsIn(front), groupsIn(back ?? '')];
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0);
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}

/** The 16-bit groups of a part of an IPv6 address; an IPv4 address at its end stands for two. */
function groupsIn(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
}
