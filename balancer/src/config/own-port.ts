import { isIPv4 } from 'node:net';
import { plainAddress } from '../admit/address.ts';
import type { Origin } from '../brain/select/origin.ts';
import { portOf } from '../wire/address.ts';

/** Where a balancer listens. */
export interface OwnPort {
  /** A port, `off`, or 0 for one that nobody knows yet. */
  readonly port: number | 'off';
  /** An address or a name; `*` for all. */
  readonly host: string;
}

const everywhere: ReadonlySet<string> = new Set(['*', '0.0.0.0', '::']);

/**
 * Whether an origin is the balancer's own port, so that each request would come back to it, as far as that can be seen beforehand.
 * `addresses` are this machine's, where the balancer will run on it. What can't be seen is found by the first request: see hopField.
 */
export function isOwnPort({ url }: Pick<Origin, 'url'>, { port, host }: OwnPort, addresses: readonly string[]): boolean {
  return port !== 0 && portOf(url) === port && isOwnHost(url, host, addresses);
}

function isOwnHost(url: URL, host: string, addresses: readonly string[]): boolean {
  const theirs = bare(url.hostname);
  const ours = bare(host);
  if (everywhere.has(ours)) return isOfThisMachine(theirs) || addresses.includes(theirs);
  if (theirs === ours) return true;
  // `localhost` may be 127.0.0.1 or ::1, and nobody in particular is either.
  return (isAnyOne(theirs) && isUsualLoopback(ours)) || (isAnyOne(ours) && isUsualLoopback(theirs));
}

function bare(host: string): string {
  return plainAddress(host.toLowerCase().replace(/^\[|\]$/g, ''));
}

/** A name for this machine that every machine has (RFC 6761 §6.3), or the address of nobody in particular, by which systems take this machine. */
function isAnyOne(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || everywhere.has(host);
}

function isUsualLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || isAnyOne(host);
}

function isOfThisMachine(host: string): boolean {
  return isUsualLoopback(host) || (isIPv4(host) && host.startsWith('127.'));
}
