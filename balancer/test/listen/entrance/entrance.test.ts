import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import type { Arrival } from '../../../src/listen/entrance/arrival.ts';
import { type Entrance, entranceOf } from '../../../src/listen/entrance/entrance.ts';
import type { ServerLimits } from '../../../src/listen/limits.ts';
import { Listener } from '../../../src/listen/listener.ts';
import { ownLedger } from '../../ledger.ts';
import { until } from '../../until.ts';
import { Client, statusesIn } from '../../wire/hostile.ts';

const limits: ServerLimits = {
  ...{ maxClients: 100, maxClientsPerAddress: 'fair', threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
  ...{ headerTimeout: 10_000, keepAliveTimeout: 60_000, idleTimeout: 60_000, maxRequests: 0 },
};

/** Longer than any test. */
const never = 3_600_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A listener behind that entrance, which answers each request with the address of its client and its body. */
async function behind(entrance: Entrance, changes: Partial<ServerLimits> = {}) {
  const ledger = ownLedger();
  const refused: string[] = [];
  const handler: RequestListener = async (req, res) => {
    if (req.url === '/slow') return;
    res.end(`${req.socket.remoteAddress} ${req.socket.localPort} ${await bodyOf(req)}`);
  };
  const note = (client: string, refusal: string) => void refused.push(`${client}: ${refusal}`);
  const listener = new Listener(handler, { ...limits, ...changes }, {}, ledger, () => false, note);
  const port = await listener.listen(0, '127.0.0.1', false, entrance);
  ends.push(
    () => listener.stop(),
    () => listener.cut(),
  );
  const comes = async () => {
    const client = await Client.to(port);
    ends.push(() => client.leave());
    return client;
  };
  return { listener, ledger, refused, comes };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of req.setEncoding('latin1')) body += piece;
  return body;
}

const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody';

/** An entrance that waits for so many bytes, and takes some of them off. */
const waitingFor = (count: number, takenOff = 0, within = never): Entrance =>
  entranceOf(
    [
      async (arrival) => {
        const bytes = await arrival.first((all) => all.length >= count, within);
        if (typeof bytes === 'string') arrival.end();
        else if (takenOff > 0) arrival.takeOff(takenOff);
        return !arrival.isGone;
      },
    ],
    (arrival) => arrival.speakHttp1(),
  );

test.each([
  ['at once', (bytes: string) => [bytes]],
  ['byte by byte', (bytes: string) => [...bytes]],
])('what is looked at beforehand is read by the server all the same, where it comes %s', async (_how, cut) => {
  const { comes } = await behind(waitingFor(20));
  const client = await comes();
  for (const piece of cut(request)) {
    client.send(piece);
    await new Promise(setImmediate);
  }
  expect(await client.until(/\r\n\r\n.* body/)).toMatch(/^HTTP\/1.1 200 /);
  await client.send(request.repeat(2)).until(/(?:body[\s\S]*){3}/);
  expect(statusesIn(client.received)).toEqual([200, 200, 200]);
});

test('what is taken off beforehand is not seen by the server', async () => {
  const { comes } = await behind(waitingFor(9, 9));
  const client = await comes();
  await client.send(`for you: ${request}`).until(/ body$/);
  await client.send(request).until(/ body[\s\S]* body$/);
  const other = await comes();
  await other
    .send('for you: ')
    .send(request)
    .until(/ body$/);
});

test('a connection on which nothing comes for too long, or which ends before, is ended', async () => {
  const { comes, ledger } = await behind(waitingFor(5, 0, 20));
  const [silent, gone] = [await comes(), await comes()];
  gone.send('GET').finish();
  await silent.end();
  await gone.end();
  await until(
    () => ledger.connect(0) === 0,
    () => ledger.connect(0),
  );
});

test('counts from the start, and makes room for others while nothing has come', async () => {
  const { comes, ledger } = await behind(waitingFor(5), { maxClients: 2 });
  const [first, second] = [await comes(), await comes()];
  await until(
    () => ledger.connect(0) === 2,
    () => ledger.connect(0),
  );
  await second.send('POST /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  const third = await comes();
  await first.end();
  await third.send(request).until(/body$/);
});

test('turns away without a word who finds no room, and notes it', async () => {
  const { comes, refused } = await behind(waitingFor(5), { maxClients: 1 });
  const busy = await comes();
  await busy.send('POST /slow HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n').until(/100 Continue/);
  expect(await (await comes()).end()).toBe('');
  expect(refused).toEqual([expect.stringMatching(/^127\.0\.0\.1: 503 .*too many connections/)]);
});

test('a connection that comes from somebody else, as a proxy says, counts and goes on as theirs', async () => {
  const speaksFor = entranceOf(
    [async (arrival) => arrival.isFrom({ source: { address: '192.0.2.7', port: 1234 }, destination: { address: '127.0.0.1', port: 443 } })],
    (arrival) => arrival.speakHttp1(),
  );
  const { comes, ledger, refused } = await behind(speaksFor, { maxClientsPerAddress: 1 });
  const client = await comes();
  expect(await client.send(request).until(/body$/)).toContain('192.0.2.7 443 body');
  const { shares } = ledger;
  expect([shares.of(shares.bucketOf('192.0.2.7')), shares.of(shares.bucketOf('127.0.0.1'))]).toEqual([1, 0]);
  await client.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await (await comes()).end()).toBe('');
  expect(refused).toEqual([expect.stringMatching(/^192\.0\.2\.7: 503 .*your address/)]);
  client.leave();
  await until(
    () => shares.of(shares.bucketOf('192.0.2.7')) === 0,
    () => shares.of(shares.bucketOf('192.0.2.7')),
  );
});

test('an entrance that fails ends the connection, and no other', async () => {
  let count = 0;
  const { comes, ledger } = await behind(async (arrival) => {
    count += 1;
    if (count === 1) throw new Error('a mistake');
    arrival.speakHttp1();
  });
  await (await comes()).end();
  await (await comes()).send(request).until(/body$/);
  expect(ledger.connect(0)).toBe(1);
});

test('ends headers that take too long on its connections too', async () => {
  const { comes } = await behind(waitingFor(3), { headerTimeout: 50 });
  const client = await comes();
  expect(statusesIn(await client.send('GET / HTTP/1.1\r\n').end())).toEqual([408]);
});

test('a stop lets a connection go on which nothing is asked, and answers the one on which something was on its way', async () => {
  const { listener, comes } = await behind(waitingFor(5));
  const [silent, asking] = [await comes(), await comes()];
  asking.send('POST');
  const stopped = listener.stop();
  asking.send(request.slice(4));
  expect(await asking.until(/ body$/)).toContain('Connection: close');
  await stopped;
  await silent.end();
});

test('a connection on which something else is spoken is asked to finish at a stop, and cut with the others', async () => {
  const told: string[] = [];
  const { listener, comes } = await behind(async ({ connection, socket }) => {
    connection.elsewhere = {
      wind: () => void told.push('wind'),
      cut: () => {
        told.push('cut');
        socket.destroy();
      },
    };
    told.push('begun');
  });
  const client = await comes();
  await until(
    () => told.length === 1,
    () => told,
  );
  const stopped = listener.stop();
  expect(listener.cut()).toBe(1);
  await stopped;
  expect(told).toEqual(['begun', 'wind', 'cut']);
  await client.end();
});

test('what is spoken over another socket from some point on ends with that one', async () => {
  const over: Socket[] = [];
  const arrivals: Arrival[] = [];
  const { comes, ledger } = await behind(async (arrival) => {
    const upper = new PassThrough() as unknown as Socket;
    over.push(upper);
    arrivals.push(arrival);
    const { socket } = arrival;
    upper.once('close', () => socket.destroy());
    arrival.goesOver(upper);
  });
  const client = await comes();
  await until(
    () => over.length === 1,
    () => over.length,
  );
  expect(ledger.connect(0)).toBe(1);
  arrivals[0]?.end();
  expect(over[0]?.destroyed).toBe(true);
  expect(ledger.connect(0)).toBe(0);
  client.leave();
});
