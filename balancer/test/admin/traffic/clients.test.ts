import { afterEach, describe, expect, test } from '@jest/globals';
import { addressOf, Client } from '../../../src/admin/traffic/clients.ts';
import { deadOrigin, startOrigin, startRawOrigin } from '../../origins.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An origin that knows the address and port that each request came from. */
interface Mirror {
  readonly target: string;
  readonly places: readonly (readonly [address: string, port: number])[];
}

async function mirror(): Promise<Mirror> {
  const places: [string, number][] = [];
  const origin = await startOrigin((req, res) => {
    places.push([req.socket.remoteAddress ?? '', req.socket.remotePort ?? 0]);
    res.end('x'.repeat(100_000));
  });
  ends.push(origin.close);
  return { target: origin.origin.url.origin, places };
}

function client(...args: ConstructorParameters<typeof Client>): Client {
  const made = new Client(...args);
  ends.push(async () => made.destroy());
  return made;
}

/** Where a client's requests come from, one after the other: its addresses, and how many connections they took. */
async function seenFrom({ target, places }: Mirror, number: number, address?: typeof addressOf) {
  const asking = client(target, number, address);
  const before = places.length;
  for (let asked = 0; asked < 10; asked += 1) expect(await asking.ask({ path: '/', method: 'GET' })).toBe(200);
  const seen = places.slice(before);
  return { addresses: [...new Set(seen.map(([address]) => address))], connections: new Set(seen.map(([, port]) => port)).size };
}

describe('a client', () => {
  test('has an address of its own, and keeps its connection', async () => {
    const origin = await mirror();
    const [first, second] = [await seenFrom(origin, 0), await seenFrom(origin, 63)];
    if (process.platform === 'linux') expect([first.addresses, second.addresses]).toEqual([['127.0.0.2'], ['127.0.0.65']]);
    // A second one is made where the first is not yet free at the moment that its answer is whole.
    expect(Math.max(first.connections, second.connections)).toBeLessThanOrEqual(2);
  });

  test('has the usual address where its own can not be had', async () => {
    // Of TEST-NET-1 (RFC 5737), which no machine has.
    const seen = await seenFrom(await mirror(), 7, (number) => `192.0.2.${number}`);
    expect(seen.addresses).toEqual(['127.0.0.1']);
    expect(seen.connections).toBeLessThanOrEqual(2);
  });

  test('has the usual address for all that it asks at once while it finds out that its own can not be had', async () => {
    const { target, places } = await mirror();
    const asking = client(target, 7, (number) => `192.0.2.${number}`);
    const statuses = await Promise.all(Array.from({ length: 5 }, () => asking.ask({ path: '/', method: 'GET' })));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(places.map(([address]) => address)).toEqual(Array(5).fill('127.0.0.1'));
  });

  test('fails where an answer breaks off', async () => {
    const origin = await startRawOrigin('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred');
    ends.push(origin.close);
    await expect(client(origin.origin.url.origin, 0).ask({ path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('fails where nobody listens, with the error of that', async () => {
    const failing = client(deadOrigin().url.origin, 0).ask({ path: '/', method: 'GET' });
    await expect(failing).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('has an address that is its own for each of 64', () => {
    const addresses = Array.from({ length: 64 }, (_, number) => addressOf(number));
    expect(new Set(addresses).size).toBe(64);
    expect(addresses).not.toContain('127.0.0.1');
  });
});
