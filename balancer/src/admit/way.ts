import { addressIn, nodeName } from './address.ts';
import { type ForwardedElement, forwardedIn, quoted } from './forwarded.ts';
import type { Trust } from './trust.ts';

/** How a request came to the trusted proxy that handed it on, as far as that is believed. */
export interface Way {
  /** As X-Forwarded-For has it. */
  readonly chain: string | undefined;
  /** As Forwarded has it, where that is what is believed. */
  readonly forwarded?: string;
  readonly elements?: readonly ForwardedElement[];
  /** The addresses, the client's first; nothing where one is not known. */
  readonly hops: readonly (string | undefined)[];
}

/** X-Forwarded-For decides where it is there: a proxy that sets it often hands on a Forwarded that its client made up. */
export function wayIn(chain: string | undefined, field: string | undefined): Way {
  if (chain !== undefined) return { chain, hops: chain.split(',').map(addressIn) };
  const elements = field === undefined ? undefined : forwardedIn(field);
  if (field === undefined || !elements) return { chain: undefined, hops: [] };
  const hops = elements.map((element) => addressIn(element.get('for') ?? ''));
  return { chain: hops.map((address) => address ?? 'unknown').join(', '), forwarded: field, elements, hops };
}

/** Where in a way the client is: the last that is not a trusted proxy. Beyond one who isn't known nobody is believed. */
export function clientIn(hops: readonly (string | undefined)[], trusts: Trust): number {
  const last = hops.findLastIndex((address) => address === undefined || !trusts(address));
  return Math.max(0, last);
}

/** By what scheme and host a client asked, where that is known. */
export interface Asked {
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

/** A way as Forwarded would have it (RFC 7239 §7.4), with how the client asked beside the client; nothing where no way is known. */
export function elementsSaying(hops: Way['hops'], client: number, { proto, host }: Asked): string | undefined {
  const asked = `${host === undefined ? '' : `;host=${quoted(host)}`}${proto === undefined ? '' : `;proto=${/^\w+$/.test(proto) ? proto : quoted(proto)}`}`;
  return hops.map((address, at) => `for=${nodeName(address)}${at === client ? asked : ''}`).join(', ') || undefined;
}
