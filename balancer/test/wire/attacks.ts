import { afterEach } from '@jest/globals';
import { startOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import type { Door } from '../roads/road.ts';
import { ask, Client, statusesIn } from './hostile.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

/** The request that every attack tries to get past the balancer. */
export const smuggled = ask('/smuggled');

/** What came of an attack. */
export interface Damage {
  /** Of every response that the attacker got. */
  readonly statuses: number[];
  /** Every request that an origin got whole: target and body. */
  readonly whole: string[];
  /** The targets of all requests that an origin got, be it in part, or that the balancer began to work on. */
  readonly seen: Set<string | undefined>;
}

/** A road to an origin that answers once it has a whole request, with a connection to that origin open and idle: the shortest way in. */
export async function target(): Promise<{ server: Door; damage(received: string): Promise<Damage> }> {
  const whole: string[] = [];
  const origin = await startOrigin((req, res) => {
    let body = '';
    req.setEncoding('latin1').on('data', (text: string) => (body += text));
    req.on('end', () => res.end('ok', () => whole.push(`${req.url} ${body}`.trim())));
  });
  const road = roadOver([origin.origin], { patience: 200 });
  open.push(origin, road);
  /** Another client's whole exchange with every thread, each of which has connections of its own to the origin. */
  const fence = async () => {
    const served = new Set<unknown>();
    while (served.size < road.threads) {
      await (await Client.to(road.server)).send(ask('/fence', 'Connection: close')).end();
      served.add(origin.requests.findLast(({ url }) => url === '/fence')?.socket);
    }
  };
  await fence();
  return {
    server: road.server,
    /** What was parsed before the fence has reached the origin by now. */
    damage: async (received: string): Promise<Damage> => {
      await fence();
      const seen = new Set([...origin.requests.map(({ url }) => url), ...road.records().map((record) => record.target)]);
      seen.delete('/fence');
      return { statuses: statusesIn(received), whole: whole.filter((request) => request !== '/fence'), seen };
    },
  };
}

/** A client that leaves when the test is over. */
export async function client(server: Door | number): Promise<Client> {
  const connected = await Client.to(server);
  open.push({ close: async () => connected.leave() });
  return connected;
}

/** Sends the bytes, and waits until the balancer has closed the connection. */
export async function attack(bytes: string): Promise<Damage> {
  const { server, damage } = await target();
  return damage(await (await client(server)).send(bytes).end());
}

/** Sends the bytes, and waits until the balancer has answered and kept the connection. */
export async function converse(bytes: string, until = /ok/): Promise<Damage> {
  const { server, damage } = await target();
  return damage(await (await client(server)).send(bytes).until(until));
}

/** What an origin has seen that was never asked. */
export const nothing = new Set();
/** A POST with a body as it stands. */
export const post = (fields: string, body: string, version = '1.1') => `POST /first HTTP/${version}\r\nHost: a\r\n${fields}\r\n\r\n${body}`;
/** A body in one chunk and the last one. */
export const inChunks = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
/** A body that is empty to who reads chunks, and three bytes with a request behind them to who reads a length. */
export const ambiguous = `0\r\n\r\n${smuggled}`;

/** Rows for test.each: what is special about each attack, with its control bytes to be seen, and its bytes. */
export const rows = (attacks: readonly string[], bytes: (attack: string) => string): [string, string][] =>
  attacks.map((attack) => [JSON.stringify(attack), bytes(attack)]);
