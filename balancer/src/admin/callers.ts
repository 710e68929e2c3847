import type { Socket } from 'node:net';
import { defaultGateways } from './gateways.ts';

/** From which addresses the admin side may be asked, besides those of this machine itself. */
export interface Callers {
  /** Whether an address is in one of the blocks that were named. */
  readonly listed: (address: string) => boolean;
  /**
   * Whether the default gateway may ask. In a container that is its host: what comes by a port that Docker publishes on loopback
   * has that address, and no other container can have it.
   */
  readonly gateway: boolean;
}

/** Both ends of a connection, as the system sees them. */
export type Ends = Pick<Socket, 'remoteAddress' | 'localAddress'>;

/**
 * Whether the other end of a connection may ask. No field of a request counts, since anybody can send one. Who has an address of
 * this machine is on it: an answer to such an address never leaves.
 */
export function mayAsk({ listed, gateway }: Callers, ends: Ends, gateways = defaultGateways): boolean {
  const address = addressOf(ends);
  if (address.startsWith('127.') || address === '::1' || ends.remoteAddress === ends.localAddress) return true;
  return listed(address) || (gateway && gateways()(address));
}

/** The address at the other end, an IPv4 one in its own form; empty once the connection has gone. */
export function addressOf({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  return remoteAddress.replace(/^::ffff:/i, '');
}
