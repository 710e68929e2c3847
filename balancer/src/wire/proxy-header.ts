import { isIPv4, SocketAddress } from 'node:net';
import type { ProxyProtocol } from '../brain/select/origin.ts';

/** The two ends of a connection, as far as they are known. */
export interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** The header of a connection on which the balancer speaks for itself, as with a probe, or for a client that isn't known. */
const forItself = {
  v1: 'PROXY UNKNOWN\r\n',
  v2: '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0',
} as const;

/**
 * The header that a connection to an origin begins with, so that this knows which client it is for (HAProxy's proxy-protocol.txt): where
 * the client comes from, and where it came to. Without them the balancer speaks for itself.
 */
export function proxyHeader(version: ProxyProtocol, ends: Ends = {}): Buffer {
  const { remoteAddress, remotePort, localAddress, localPort } = ends;
  if (remoteAddress === undefined || localAddress === undefined) return Buffer.from(forItself[version], 'latin1');
  const addresses = inOneFamily(remoteAddress, localAddress);
  const ports = [remotePort ?? 0, localPort ?? 0] as const;
  return version === 'v1' ? textHeader(addresses, ports) : binaryHeader(addresses, ports);
}

type Pair<Value> = readonly [Value, Value];

/** Addresses as IPv4 where both are that, and as IPv6 otherwise, in which IPv4 has its place (RFC 4291 §2.5.5.2). */
function inOneFamily(...addresses: readonly [string, string]): Pair<string> {
  const [from, to] = addresses.map((address) => address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*/, '')) as [string, string];
  if (isIPv4(from) === isIPv4(to)) return [from, to];
  return [asIpv6(from), asIpv6(to)];
}

function asIpv6(address: string): string {
  return isIPv4(address) ? `::ffff:${address}` : address;
}

function textHeader(addresses: Pair<string>, ports: Pair<number>): Buffer {
  const family = isIPv4(addresses[0]) ? 'TCP4' : 'TCP6';
  return Buffer.from(`PROXY ${family} ${addresses.join(' ')} ${ports.join(' ')}\r\n`, 'latin1');
}

function binaryHeader(addresses: Pair<string>, ports: Pair<number>): Buffer {
  const isFour = isIPv4(addresses[0]);
  const bytes = Buffer.concat(addresses.map(isFour ? bytes4 : bytes6));
  const end = Buffer.alloc(4);
  end.writeUInt16BE(ports[0]);
  end.writeUInt16BE(ports[1], 2);
  const start = Buffer.from(`\r\n\r\n\0\r\nQUIT\n\x21${isFour ? '\x11' : '\x21'}\0${String.fromCharCode(bytes.length + 4)}`, 'latin1');
  return Buffer.concat([start, bytes, end]);
}

function bytes4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** Groups of four digits, of which one run of zeros may be left out, and of which IPv4 may be the last two. */
function bytes6(address: string): Buffer {
  const plain = new SocketAddress({ address, family: 'ipv6' }).address.replace(/[\d.]+\.\d+$/, (four) => {
    const hex = bytes4(four).toString('hex');
    return `${hex.slice(0, 4)}:${hex.slice(4)}`;
  });
  const [before = [], behind] = plain.split('::').map((part) => part.split(':').filter(Boolean));
  const missing = Array.from({ length: 8 - before.length - (behind ?? []).length }, () => '0');
  const groups = [...before, ...(behind === undefined ? [] : [...missing, ...behind])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
