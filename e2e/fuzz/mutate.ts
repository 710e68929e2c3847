import { below, oneOf, type Random } from './random.ts';

/** Bytes that mean something to a parser. */
const telling = ['\r\n', '\r\n\r\n', '\n', '\r', ' ', ':', '\0', '\x80', '\t', ',', '0', '-1', ';', 'ffffffffffffffff'] as const;

const mutations: readonly [Mutation, ...Mutation[]] = [
  (bytes, at, random) => [bytes.subarray(0, at), Buffer.from([below(random, 256)]), bytes.subarray(at + 1)],
  (bytes, at) => [bytes.subarray(0, at)],
  (bytes, at, random) => [bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 20))],
  (bytes, at, random) => {
    const part = bytes.subarray(at, at + 1 + below(random, 60));
    return [bytes.subarray(0, at), ...Array.from({ length: 2 + below(random, 12) }, () => part), bytes.subarray(at + part.length)];
  },
  (bytes, at, random) => [bytes.subarray(0, at), Buffer.from(oneOf(random, telling), 'latin1'), bytes.subarray(at)],
  (bytes, at, random) => [bytes.subarray(0, at), Buffer.from(oneOf(random, telling), 'latin1'), bytes.subarray(at + 1)],
];

type Mutation = (bytes: Buffer, at: number, random: Random) => Buffer[];

/** The bytes, changed in up to so many places: a byte flipped, the rest cut, some dropped, some repeated, some put in. */
export function mutated(bytes: Buffer, random: Random, most = 4): Buffer {
  let result = bytes;
  for (let times = below(random, most + 1); times > 0; times--) {
    result = Buffer.concat(oneOf(random, mutations)(result, below(random, result.length + 1), random));
  }
  return result;
}

/** The bytes in one to five packets. */
export function split(bytes: Buffer, random: Random): Buffer[] {
  const cuts = Array.from({ length: below(random, 5) }, () => below(random, bytes.length + 1)).sort((a, b) => a - b);
  const packets = [0, ...cuts].map((from, number) => bytes.subarray(from, cuts[number]));
  return packets.filter(({ length }) => length > 0);
}
