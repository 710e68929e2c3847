import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { account } from '../../src/account/account.ts';
import type { ExchangeRecord } from '../../src/account/record.ts';
import { Decisions } from '../../src/brain/story/decisions.ts';
import { Http1Reply } from '../../src/listen/http1-reply.ts';
import { Http1Request } from '../../src/listen/http1-request.ts';
import { exchange } from '../brain/story/exchanges.ts';
import { ownLedger } from '../ledger.ts';
import { until } from '../until.ts';
import { Client } from '../wire/hostile.ts';
import { get } from '../wire/through.ts';
import { portOf } from '../wire.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A server that only accounts: each request came at 1000 ms on a clock that stands at 1250, and what is made of it is up to the test. */
async function accounting() {
  const decisions = new Decisions(10);
  const ledger = ownLedger();
  const records: ExchangeRecord[] = [];
  const running: Http1Reply[] = [];
  const log = {
    note: () => {},
    exchange: (_status: number | null, record: () => ExchangeRecord) => void records.push(record()),
    refused: () => {},
  };
  const toAccount = account({ log, decisions, counts: ledger.exchanges(), now: () => 1250, tracing: () => undefined });
  const server = createServer({ IncomingMessage: Http1Request, ServerResponse: Http1Reply }, (request, reply) => {
    toAccount(exchange({ body: Buffer.from('body'), added: ['A', '1'], told: ['B', '2'] }), reply, request);
    running.push(reply);
  }).listen(0, '127.0.0.1');
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  await once(server, 'listening');
  const client = await Client.to(await portOf(server));
  ends.push(() => client.leave());
  const begun = async () => {
    client.send(get('/'));
    await until(
      () => running.length === 1,
      () => running.length,
    );
    return running[0] as Http1Reply;
  };
  return { decisions, ledger, records, client, begun };
}

test('an exchange is remembered from its beginning, and is news again when it ends', async () => {
  const { decisions, client, begun } = await accounting();
  decisions.takeNews();
  const res = await begun();
  const [remembered] = decisions.latest();
  expect(remembered).toMatchObject({ id: 'id-1', body: { length: 4 }, added: ['A', '1'], told: ['B', '2'] });
  expect(decisions.takeNews().exchanges).toEqual([remembered]);
  expect(decisions.takeNews().exchanges).toEqual([]);
  res.end('done');
  await client.end();
  expect(decisions.takeNews().exchanges).toEqual([remembered]);
  expect(remembered?.ended).toEqual({ at: 1250, status: 200 });
});

test('what a finished exchange needs no more is let go', async () => {
  const { decisions, client, begun } = await accounting();
  (await begun()).end('done');
  await client.end();
  expect(decisions.latest()).toMatchObject([{ body: null, added: [], told: [] }]);
});

test('its time from the request’s arrival on is counted and in its record, by what its client got', async () => {
  const { ledger, records, client, begun } = await accounting();
  (await begun()).writeHead(503).end('busy');
  await client.end();
  const { outcomes, ms } = ledger.sumIn();
  expect([outcomes['5xx'], ms]).toEqual([1, 250]);
  expect(records).toMatchObject([{ id: 'id-1', status: 503, ms: 250 }]);
});

test('where the client left before it had all, it got nothing', async () => {
  const { ledger, records, client, begun } = await accounting();
  const res = await begun();
  res.write('half');
  await client.until(/half/);
  client.leave();
  await until(
    () => records.length === 1,
    () => records,
  );
  expect(ledger.sumIn().outcomes.clientLeft).toBe(1);
  expect(records).toMatchObject([{ status: null }]);
});

test('where it was not whole on its way when the client left, it got nothing either', async () => {
  const { records, client, begun } = await accounting();
  const res = await begun();
  client.deafen();
  // More than the kernel's buffers take: the answer has ended here, and not there.
  res.end(Buffer.alloc(32 * 1024 * 1024));
  client.leave();
  await until(
    () => records.length === 1,
    () => records,
  );
  expect(records).toMatchObject([{ status: null }]);
});

test('a connection that became a tunnel got that, however it ends', async () => {
  const { records, client, begun } = await accounting();
  (await begun()).statusCode = 101;
  client.leave();
  await until(
    () => records.length === 1,
    () => records,
  );
  expect(records).toMatchObject([{ status: 101 }]);
});
