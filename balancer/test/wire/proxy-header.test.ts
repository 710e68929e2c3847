import { expect, test } from '@jest/globals';
import { proxyHeaderIn } from '../../src/listen/entrance/proxy-header.ts';
import { proxyHeader } from '../../src/wire/proxy-header.ts';

const ends = (remoteAddress: string, localAddress: string) => ({ remoteAddress, remotePort: 56324, localAddress, localPort: 443 });

test('a header in text is HAProxy’s to the byte', () => {
  expect(`${proxyHeader('v1', ends('192.0.2.1', '198.51.100.2'))}`).toBe('PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n');
  expect(`${proxyHeader('v1', ends('2001:db8::1', '::1'))}`).toBe('PROXY TCP6 2001:db8::1 ::1 56324 443\r\n');
  expect(`${proxyHeader('v1')}`).toBe('PROXY UNKNOWN\r\n');
});

test('a header in bytes is HAProxy’s to the byte', () => {
  const signature = '0d0a0d0a000d0a515549540a';
  expect(proxyHeader('v2', ends('192.0.2.1', '198.51.100.2')).toString('hex')).toBe(`${signature}2111000cc0000201c6336402dc0401bb`);
  expect(proxyHeader('v2', ends('2001:db8::1', '::ffff:1.2.3.4')).toString('hex')).toBe(
    `${signature}2121002420010db8${'00'.repeat(11)}01${'00'.repeat(10)}ffff01020304dc0401bb`,
  );
  expect(proxyHeader('v2').toString('hex')).toBe(`${signature}20000000`);
});

test.each([
  ['192.0.2.1', '198.51.100.2', '192.0.2.1', '198.51.100.2'],
  ['::ffff:192.0.2.1', '::ffff:198.51.100.2', '192.0.2.1', '198.51.100.2'],
  ['::FFFF:192.0.2.1', '198.51.100.2', '192.0.2.1', '198.51.100.2'],
  ['192.0.2.1', '2001:db8::2', '::ffff:192.0.2.1', '2001:db8::2'],
  ['2001:db8::1', '::ffff:192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1'],
  ['fe80::1%eth0', 'fe80::2%eth0', 'fe80::1', 'fe80::2'],
  ['::', '::1', '::', '::1'],
  ['1::', '1:2:3:4:5:6:7:8', '1::', '1:2:3:4:5:6:7:8'],
  ['2001:0DB8:0:0:8:0:0:0', '::8:0:1.2.3.4', '2001:db8:0:0:8::', '::8:0:102:304'],
])('who reads it reads what was meant: %s to %s', (from, to, source, destination) => {
  for (const version of ['v1', 'v2'] as const) {
    const header = proxyHeader(version, ends(from, to));
    const read = proxyHeaderIn(header);
    const said = read.kind === 'header' ? read : undefined;
    expect(said).toEqual({
      ...{ kind: 'header', length: header.length },
      ends: {
        source: { address: said?.ends?.source.address, port: 56324 },
        destination: { address: said?.ends?.destination.address, port: 443 },
      },
    });
    expect([sameForm(said?.ends?.source.address), sameForm(said?.ends?.destination.address)]).toEqual([
      sameForm(source),
      sameForm(destination),
    ]);
  }
});

test('without both addresses the balancer speaks for itself', () => {
  const known = { kind: 'header', ends: undefined };
  for (const version of ['v1', 'v2'] as const) {
    expect(proxyHeaderIn(proxyHeader(version, { remoteAddress: '192.0.2.1' }))).toMatchObject(known);
    expect(proxyHeaderIn(proxyHeader(version, { localAddress: '192.0.2.1' }))).toMatchObject(known);
    expect(proxyHeaderIn(proxyHeader(version, {}))).toMatchObject(known);
  }
});

/** An address as a URL has it, in which IPv6 is in one form. */
function sameForm(address = ''): string {
  return new URL(address.includes(':') ? `http://[${address}]` : `http://${address}`).hostname;
}
