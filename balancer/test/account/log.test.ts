import { expect, test } from '@jest/globals';
import { createLog, type LogFormat } from '../../src/account/log.ts';
import type { ExchangeRecord } from '../../src/account/record.ts';

const record: ExchangeRecord = {
  time: '2026-01-02T03:04:05.678Z',
  id: 'id-1',
  client: '10.0.0.9',
  method: 'GET',
  target: '/cart?x=1',
  origin: 'localhost:8083',
  status: 200,
  ms: 3.14,
  attempts: [
    { origin: 'localhost:8082', result: 'ECONNREFUSED' },
    { origin: 'localhost:8083', result: '200' },
  ],
};

function lines(format: LogFormat, ...records: ExchangeRecord[]): string[] {
  const written: string[] = [];
  const log = createLog(format, (line) => written.push(line));
  for (const each of records) log.exchange(() => each);
  log.note('listening');
  return written;
}

test('pretty tells the road of a request in one line', () => {
  expect(lines('pretty', record)).toEqual([
    '[balancer] GET /cart?x=1 → localhost:8082 ECONNREFUSED → localhost:8083 200 in 3.1 ms\n',
    '[balancer] listening\n',
  ]);
});

test('pretty adds what the client was told where no origin said it', () => {
  const attempts = record.attempts.slice(0, 1);
  expect(lines('pretty', { ...record, attempts, origin: null, status: 502 })[0]).toBe(
    '[balancer] GET /cart?x=1 → localhost:8082 ECONNREFUSED ⇒ 502 in 3.1 ms\n',
  );
});

test.each<[string, Partial<ExchangeRecord>, string]>([
  ['led it to a pool', { route: 3, pool: 'shop', attempts: [{ origin: 'a:1', result: '200' }] }, ' → route 3 → shop → a:1 200'],
  ['answered it', { route: 2, attempts: [], origin: null, status: 308 }, ' → route 2 ⇒ 308'],
  ['took it not', { route: null, attempts: [], origin: null, status: 404 }, ' → no route ⇒ 404'],
])('pretty tells where the road begins, where a route %s', (_what, changes, road) => {
  expect(lines('pretty', { ...record, ...changes })[0]).toBe(`[balancer] GET /cart?x=1${road} in 3.1 ms\n`);
});

test('json is one object per line', () => {
  const [exchange, note] = lines('json', record).map((line) => JSON.parse(line));
  expect(exchange).toEqual(record);
  expect(note).toMatchObject({ message: 'listening' });
});

test.each([
  ['pretty', '[balancer] 10.0.0.9 ⇒ 501 Not Implemented: why\n'],
  ['json', expect.stringMatching(/^\{"time":"[^"]+","client":"10\.0\.0\.9","status":501,"message":"501 Not Implemented: why"\}\n$/)],
] as const)('%s tells of a refusal whom it was told, and how', (format, line) => {
  const written: string[] = [];
  createLog(format, (text) => written.push(text)).refused('10.0.0.9', '501 Not Implemented: why');
  expect(written).toEqual([line]);
});

test('off leaves out the exchanges only', () => {
  expect(lines('off', record)).toEqual(['[balancer] listening\n']);
});
