import type { RouteRequest } from '../brain/route/asked.ts';
import type { KeyOf } from '../brain/route/gate.ts';
import { pathIn } from '../brain/route/readings.ts';
import type { Block } from '../brain/route/route.ts';

/** A request as it comes to a simulated balancer. */
export interface Asked extends RouteRequest {
  /** What a hash policy hashes. */
  readonly key: string;
  /** How much work it is, for a mean of 1. */
  readonly work: number;
  /** The id of the origin that the client's cookie leads to. */
  readonly stickTo?: string | undefined;
}

/** What tells simulated requests apart; the client's address stands in for what a request lacks. */
export const keyOf: KeyOf = (source, { client, target, headers }) => {
  switch (source.from) {
    case 'client':
      return client;
    case 'path':
      return pathIn(target);
    case 'header':
      return String(headers[source.name] ?? client);
    case 'cookie':
      return valueIn(String(headers['cookie'] ?? ''), '; ', source.name) ?? client;
    case 'query':
      return valueIn(target.slice(pathIn(target).length + 1), '&', source.name) ?? client;
  }
};

/** The value of a name in a text of such pairs as `name=value`. */
function valueIn(text: string, between: string, name: string): string | undefined {
  const pair = text.split(between).find((each) => each.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** The rule that says whether an address is in some blocks. Simulated clients have IPv4. */
export function isIn(blocks: readonly Block[]): (address: string) => boolean {
  return (address) =>
    blocks.some((block) => Math.floor(numberOf(address) / sizeOf(block)) === Math.floor(numberOf(block.address) / sizeOf(block)));
}

/** How many addresses there are in a block. */
function sizeOf({ prefix }: Block): number {
  return 2 ** (32 - prefix);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
