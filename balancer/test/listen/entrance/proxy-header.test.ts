import { isIP } from 'node:net';
import { expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import { crc32c } from '../../../src/listen/entrance/crc32c.ts';
import { type End, type ProxyHeader, proxyHeaderIn } from '../../../src/listen/entrance/proxy-header.ts';
import { addresses4, addresses6, binary, value } from './proxy-headers.ts';

const text = (line: string) => Buffer.from(line, 'latin1');
const from4 = { source: { address: '192.0.2.1', port: 56324 }, destination: { address: '198.51.100.2', port: 443 } };
const from6 = { source: { address: '2001:db8::1', port: 56324 }, destination: { address: '2001:db8::2', port: 443 } };

/** A header with its checksum, as HAProxy's `proxy-v2-options crc32c` has it. */
function summed(...values: Buffer[]): Buffer {
  const header = binary(0x21, 0x11, Buffer.concat([addresses4, ...values, value(3, Buffer.alloc(4))]));
  header.writeUInt32BE(crc32c(header), header.length - 4);
  return header;
}

const good: readonly (readonly [string, Buffer, unknown])[] = [
  ['IPv4 in text', text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n'), from4],
  ['IPv6 in text', text('PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:2 56324 443\r\n'), from6],
  [
    'IPv4 in IPv6’s clothes in text',
    text('PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 56324 443\r\n'),
    { ...from6, source: { address: '::ffff:192.0.2.1', port: 56324 } },
  ],
  [
    'the longest IPv6 in text',
    text(`PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`),
    {
      source: { address: `${'ffff:'.repeat(7)}ffff`, port: 65535 },
      destination: { address: `${'ffff:'.repeat(7)}ffff`, port: 65535 },
    },
  ],
  [
    'ports of 0',
    text('PROXY TCP4 0.0.0.0 255.255.255.255 0 0\r\n'),
    { source: { address: '0.0.0.0', port: 0 }, destination: { address: '255.255.255.255', port: 0 } },
  ],
  ['unknown in text', text('PROXY UNKNOWN\r\n'), undefined],
  ['unknown in text, with addresses', text(`PROXY UNKNOWN ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`), undefined],
  ['unknown in text, with anything', text('PROXY UNKNOWN \0\xff anything\r\n'), undefined],
  ['IPv4 in bytes', binary(0x21, 0x11, addresses4), from4],
  ['IPv6 in bytes', binary(0x21, 0x21, addresses6), from6],
  [
    'IPv4 in IPv6’s clothes in bytes',
    binary(0x21, 0x21, Buffer.from(`${'00'.repeat(10)}ffffc0000201${'00'.repeat(15)}0100500051`, 'hex')),
    { source: { address: '::ffff:192.0.2.1', port: 80 }, destination: { address: '::1', port: 81 } },
  ],
  ['a proxy that speaks for itself', binary(0x20, 0x00, Buffer.alloc(0)), undefined],
  ['a proxy that speaks for itself and says more', binary(0x20, 0x11, addresses4), undefined],
  ['a proxy that speaks for itself and says what is no value', binary(0x20, 0x00, Buffer.from([1, 255])), undefined],
  ['no family', binary(0x21, 0x00, Buffer.from([1, 255])), undefined],
  ['no transport', binary(0x21, 0x10, addresses4), undefined],
  ['datagrams', binary(0x21, 0x12, addresses4), undefined],
  ['datagrams over IPv6', binary(0x21, 0x22, addresses6), undefined],
  ['a Unix socket', binary(0x21, 0x31, Buffer.alloc(216, 'a')), undefined],
  [
    'values',
    binary(0x21, 0x11, Buffer.concat([addresses4, value(1, text('h2')), value(4, Buffer.alloc(0)), value(0xea, text('x'))])),
    from4,
  ],
  ['a checksum', summed(), from4],
  ['a checksum behind values', summed(value(2, text('shop.example')), value(4, Buffer.alloc(9))), from4],
  ['4 KiB', binary(0x21, 0x11, Buffer.concat([addresses4, value(4, Buffer.alloc(4096 - 16 - 12 - 3))])), from4],
];

const bad: readonly (readonly [string, Buffer, RegExp])[] = [
  ['a request', text('GET / HTTP/1.1\r\n\r\n'), /^what it sends first is no PROXY header$/],
  ['a TLS handshake', Buffer.from([0x16, 3, 1, 0]), /no PROXY header/],
  ['another method', text('PROXYING / HTTP/1.1\r\n'), /no PROXY header/],
  ['a method called PROXY', text('PROXY / HTTP/1.1\r\n'), /can't be read: PROXY \/ HTTP\/1.1$/],
  ['lower case', text('proxy TCP4 192.0.2.1 198.51.100.2 56324 443\r\n'), /no PROXY header/],
  ['no end of line', text(`PROXY TCP4 192.0.2.1 ${'1'.repeat(200)}`), /has no end after 107 bytes/],
  ['an end of line that is too late', text(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`), /has no end after 107 bytes/],
  [
    'no return before the end of line',
    text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\nGET / HTTP/1.1\r\n'),
    /can't be read: .*443\?GET/,
  ],
  ['a lone return in what is ignored', text('PROXY UNKNOWN a\rb\r\n'), /can't be read/],
  ['two spaces', text('PROXY TCP4  192.0.2.1 198.51.100.2 56324 443\r\n'), /can't be read/],
  ['a space at the end', text('PROXY TCP4 192.0.2.1 198.51.100.2 56324 443 \r\n'), /can't be read/],
  ['a tab', text('PROXY TCP4\t192.0.2.1 198.51.100.2 56324 443\r\n'), /can't be read/],
  ['another protocol', text('PROXY UDP4 192.0.2.1 198.51.100.2 56324 443\r\n'), /can't be read/],
  ['nothing behind UNKNOWN’s letters', text('PROXY UNKNOWNX\r\n'), /can't be read/],
  ['a zero before a number', text('PROXY TCP4 192.0.2.01 198.51.100.2 56324 443\r\n'), /can't be read/],
  ['a zero before a port', text('PROXY TCP4 192.0.2.1 198.51.100.2 056324 443\r\n'), /can't be read/],
  ['a port too high', text('PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n'), /can't be read/],
  ['a negative port', text('PROXY TCP4 192.0.2.1 198.51.100.2 -1 443\r\n'), /can't be read/],
  ['no ports', text('PROXY TCP4 192.0.2.1 198.51.100.2\r\n'), /can't be read/],
  ['an address of another family', text('PROXY TCP4 ::1 ::2 56324 443\r\n'), /can't be read/],
  ['an address of another family in one place', text('PROXY TCP6 ::1 192.0.2.1 56324 443\r\n'), /can't be read/],
  ['a zone', text('PROXY TCP6 fe80::1%eth0 ::2 56324 443\r\n'), /can't be read/],
  ['a name', text('PROXY TCP4 localhost 198.51.100.2 56324 443\r\n'), /can't be read/],
  ['version 3', binary(0x31, 0x11, addresses4), /is of version 3, and there are 1 and 2/],
  ['version 1 in bytes', binary(0x11, 0x11, addresses4), /is of version 1/],
  ['an unknown command', binary(0x22, 0x11, addresses4), /has the command 2/],
  ['an unknown family', binary(0x21, 0x41, addresses4), /of family 4 and transport 1, which are unknown/],
  ['an unknown transport', binary(0x21, 0x13, addresses4), /of family 1 and transport 3/],
  ['too short for IPv4', binary(0x21, 0x11, addresses4.subarray(0, 11)), /too short for the addresses/],
  ['too short for IPv6', binary(0x21, 0x21, addresses4), /too short for the addresses/],
  ['too short for a Unix socket', binary(0x21, 0x31, Buffer.alloc(215)), /too short for the addresses/],
  ['too long', binary(0x21, 0x11, Buffer.alloc(0), 4081), /has 4097 bytes; up to 4096 are taken/],
  ['as long as can be', binary(0x21, 0x11, Buffer.alloc(0), 0xffff), /has 65551 bytes/],
  ['half a value', binary(0x21, 0x11, Buffer.concat([addresses4, value(4, Buffer.alloc(1), 2)])), /ends within a value/],
  ['half a length', binary(0x21, 0x11, Buffer.concat([addresses4, Buffer.from([4, 0])])), /ends within a value/],
  ['another checksum', Buffer.concat([summed().subarray(0, -1), Buffer.from([0x77])]), /checksum/],
  ['a checksum that is too short', binary(0x21, 0x11, Buffer.concat([addresses4, value(3, Buffer.alloc(3))])), /checksum/],
];

test.each(good)('reads %s, and needs all of it and no more', (_, header, ends) => {
  for (let end = 0; end < header.length; end++) expect(proxyHeaderIn(header.subarray(0, end))).toEqual({ kind: 'more' });
  expect(proxyHeaderIn(header)).toEqual({ kind: 'header', length: header.length, ends });
  const followed = Buffer.concat([header, text('GET / HTTP/1.1\r\n\r\n')]);
  expect(proxyHeaderIn(followed)).toEqual({ kind: 'header', length: header.length, ends });
});

test.each(bad)('refuses %s, from some byte on', (_, bytes, problem) => {
  expect(proxyHeaderIn(bytes)).toEqual({ kind: 'wrong', problem: expect.stringMatching(problem) });
  const kinds = Array.from({ length: bytes.length + 1 }, (__, end) => proxyHeaderIn(bytes.subarray(0, end)).kind);
  expect(kinds).not.toContain('header');
  expect(kinds.lastIndexOf('more')).toBe(kinds.indexOf('wrong') - 1);
});

test('asks for no more than 4 KiB, whatever comes', () => {
  expect(proxyHeaderIn(binary(0x21, 0x11, Buffer.alloc(4079), 4080)).kind).toBe('more');
  expect(proxyHeaderIn(binary(0x21, 0x11, Buffer.alloc(4080), 4080)).kind).not.toBe('more');
  expect(proxyHeaderIn(text(`PROXY ${'x'.repeat(101)}`)).kind).toBe('wrong');
});

test('a flipped bit never goes unnoticed where there is a checksum', () => {
  const header = summed(value(2, text('shop.example')));
  const whole = proxyHeaderIn(header);
  for (let bit = 8 * 16; bit < 8 * header.length; bit++) {
    const flipped = Buffer.from(header);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    // The checksum’s own type and length are what tells that there is one.
    const isItsPlace = bit >> 3 >= header.length - 7 && bit >> 3 < header.length - 4;
    if (!isItsPlace) expect(proxyHeaderIn(flipped)).not.toEqual(whole);
    if (!isItsPlace) expect(proxyHeaderIn(flipped).kind).toBe('wrong');
  }
});

/** Whether what was read of bytes can be: no longer than they are, with addresses that are some, and with an end at last. */
function isPossible(read: ProxyHeader, bytes: Buffer): boolean {
  if (read.kind === 'wrong') return true;
  if (read.kind === 'more') return proxyHeaderIn(Buffer.concat([bytes, Buffer.alloc(4096)])).kind !== 'more';
  const ends = Object.values(read.ends ?? {}) as End[];
  return read.length <= bytes.length && ends.every(({ address, port }) => isIP(address) !== 0 && port <= 0xffff);
}

test('never throws, and never reads on for ever, whatever the bytes', () => {
  const random = seeded(7);
  const below = (count: number) => Math.floor(random() * count);
  const seeds = [...good, ...bad].map(([, bytes]) => bytes);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(seeds[below(seeds.length)] as Buffer);
    for (let times = below(4); times >= 0 && bytes.length > 0; times--) bytes[below(bytes.length)] = below(256);
    const given = bytes.subarray(0, below(bytes.length + 1));
    if (!isPossible(proxyHeaderIn(given), given)) throw new Error(`this is read wrong: ${given.toString('hex')}`);
  }
});

test.each([
  ['123456789', 0xe3069283],
  ['', 0],
])('the checksum of %j is the one that is in the books', (given, sum) => {
  expect(crc32c(text(given))).toBe(sum);
});
