import { afterEach, describe, expect, test } from '@jest/globals';
import type { Pool } from 'undici';
import { addressOf, clientOf } from '../../../src/admin/traffic/clients.ts';
import { deadOrigin, startOrigin } from '../../origins.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An origin that answers with the address and port that a request came from. */
async function mirror(): Promise<string> {
  const origin = await startOrigin((req, res) => void res.end(`${req.socket.remoteAddress} ${req.socket.remotePort}`));
  ends.push(origin.close);
  return origin.origin.url.origin;
}

function client(...args: Parameters<typeof clientOf>): Pool {
  const made = clientOf(...args);
  ends.push(() => made.destroy());
  return made;
}

/** Where a client's requests come from, one after the other: its addresses, and how many connections they took. */
async function seenFrom(pool: Pool): Promise<{ addresses: string[]; connections: number }> {
  const seen: string[] = [];
  for (let asked = 0; asked < 10; asked += 1) {
    const { body } = await pool.request({ path: '/', method: 'GET' });
    seen.push(await body.text());
  }
  return { addresses: [...new Set(seen.map((place) => place.split(' ')[0] ?? ''))], connections: new Set(seen).size };
}

describe('a client', () => {
  test('has an address of its own, and keeps its connection', async () => {
    const target = await mirror();
    const [first, second] = [await seenFrom(client(target, 0)), await seenFrom(client(target, 63))];
    if (process.platform === 'linux') expect([first.addresses, second.addresses]).toEqual([['127.0.0.2'], ['127.0.0.65']]);
    // A second one is made where the first is not yet free at the moment that its answer is whole.
    expect(Math.max(first.connections, second.connections)).toBeLessThanOrEqual(2);
  });

  test('has the usual address where its own can not be had', async () => {
    // Of TEST-NET-1 (RFC 5737), which no machine has.
    const seen = await seenFrom(client(await mirror(), 7, (number) => `192.0.2.${number}`));
    expect(seen.addresses).toEqual(['127.0.0.1']);
    expect(seen.connections).toBeLessThanOrEqual(2);
  });

  test('fails where nobody listens, with the error of that', async () => {
    const failing = client(deadOrigin().url.origin, 0).request({ path: '/', method: 'GET' });
    await expect(failing).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('has an address that is its own for each of 64', () => {
    const addresses = Array.from({ length: 64 }, (_, number) => addressOf(number));
    expect(new Set(addresses).size).toBe(64);
    expect(addresses).not.toContain('127.0.0.1');
  });
});
