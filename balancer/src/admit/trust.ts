import { BlockList, isIP } from 'node:net';

/** Says whether the peer at an address is believed when it speaks of others. */
export type Trust = (address: string) => boolean;

/** A block of addresses as `address/prefix`. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
}

/** Makes the rule that believes peers inside the given blocks, and nobody where there are none. */
export function trustIn(blocks: readonly Cidr[]): Trust {
  if (blocks.length === 0) return () => false;
  const list = new BlockList();
  for (const { address, prefix } of blocks) list.addSubnet(address, prefix, familyOf(address));
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
