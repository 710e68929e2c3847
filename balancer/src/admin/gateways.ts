import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { endianness } from 'node:os';

/** Reads a file of the system's; empty where there is none. */
export type ReadSystemFile = (path: string) => string;

/**
 * Tells of an address whether it is that of a default gateway of this machine or container now, in either protocol. Linux says
 * so in /proc (proc_pid_net(5)); elsewhere there is none. It is read again each time, since a container can be given another network
 * while it runs.
 */
export function defaultGateways(read: ReadSystemFile = readOrNothing): (address: string) => boolean {
  const list = new BlockList();
  for (const address of gatewaysOf4(read('/proc/net/route'))) list.addAddress(address, 'ipv4');
  for (const address of gatewaysOf6(read('/proc/net/ipv6_route'))) list.addAddress(address, 'ipv6');
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Lines of `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, where addresses are words of the machine's own byte order. */
function gatewaysOf4(table: string): string[] {
  return rowsOf(table).flatMap(([, destination, gateway, , , , , mask]) => {
    if (destination !== '00000000' || mask !== '00000000' || !isSome(gateway)) return [];
    const bytes = Buffer.from(gateway, 'hex');
    return [(endianness() === 'LE' ? bytes.reverse() : bytes).join('.')];
  });
}

/** Lines of `destination prefix source prefix gateway …`, all of them hexadecimal, and as they are on the wire. */
function gatewaysOf6(table: string): string[] {
  return rowsOf(table).flatMap(([destination = '', prefix, , , gateway]) => {
    if (!/^0{32}$/.test(destination) || prefix !== '00' || !isSome(gateway)) return [];
    return [gateway.replace(/(.{4})(?=.)/g, '$1:')];
  });
}

function rowsOf(table: string): string[][] {
  return table.split('\n').map((line) => line.trim().split(/\s+/));
}

/** Whether that is an address, and not the one that stands for none, as in the route of a network without a gateway. */
function isSome(gateway: string | undefined): gateway is string {
  return gateway !== undefined && /^(?:[\da-f]{8}|[\da-f]{32})$/i.test(gateway) && !/^0+$/.test(gateway);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
