import { expect, test } from '@jest/globals';
import { createLog, type LogFormat, type LogRules } from '../../src/account/log.ts';
import type { ExchangeRecord } from '../../src/account/record.ts';

const record: ExchangeRecord = {
  time: '2026-01-02T03:04:05.678Z',
  level: 'info',
  id: 'id-1',
  client: '10.0.0.9',
  method: 'GET',
  target: '/cart?x=1',
  path: '/cart',
  protocol: 'HTTP/1.1',
  bytesIn: 0,
  bytesOut: 12,
  origin: 'localhost:8083',
  status: 200,
  ms: 3.14,
  attempts: [
    { origin: 'localhost:8082', result: 'ECONNREFUSED' },
    { origin: 'localhost:8083', result: '200' },
  ],
};

const rules = (format: LogFormat, changes: Partial<LogRules> = {}): LogRules => ({
  ...{ format, sample: 1, hasQuery: true, random: Math.random },
  ...changes,
});

function linesBy(given: LogRules, ...records: ExchangeRecord[]): { readonly lines: string[]; readonly notes: string[] } {
  const written = { lines: [] as string[], notes: [] as string[] };
  const log = createLog(
    given,
    (line) => written.lines.push(line),
    (line) => written.notes.push(line),
  );
  for (const each of records) log.exchange(each.status, () => each);
  log.note('listening');
  return written;
}

const lines = (format: LogFormat, ...records: ExchangeRecord[]) => linesBy(rules(format), ...records).lines;

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
  [
    'json',
    expect.stringMatching(
      /^\{"time":"[^"]+","level":"error","client":"10\.0\.0\.9","status":501,"message":"501 Not Implemented: why"\}\n$/,
    ),
  ],
] as const)('%s tells of a refusal whom it was told, and how', (format, line) => {
  const written: string[] = [];
  createLog(
    rules(format),
    (text) => written.push(text),
    () => {},
  ).refused('10.0.0.9', '501 Not Implemented: why');
  expect(written).toEqual([line]);
});

test('off leaves out the exchanges only', () => {
  expect(lines('off', record)).toEqual(['[balancer] listening\n']);
});

test('json has the fields that are asked for, in their order', () => {
  const [line] = linesBy(rules('json', { fields: ['status', 'path', 'host'] }), record).lines;
  expect(line).toBe('{"status":200,"path":"/cart"}\n');
});

test.each(['pretty', 'json', 'combined'] as const)('%s leaves out the query where that is nobody’s business', (format) => {
  const [line] = linesBy(rules(format, { hasQuery: false }), record).lines;
  expect(line).toContain('/cart');
  expect(line).not.toContain('x=1');
});

test('of those answered 2xx, a share has a line that says which share, and all others have one', () => {
  const draws = [0.05, 0.1, 0.5, 0.01];
  const sampled = rules('json', { sample: 0.1, fields: ['status'], random: () => draws.shift() ?? 1 });
  const statuses = [200, 204, 299, 304, 404, 503, null, 200];
  const shown = linesBy(sampled, ...statuses.map((status) => ({ ...record, status }))).lines.slice(0, -1);
  expect(shown.map((line) => JSON.parse(line).status)).toEqual([200, 304, 404, 503, null, 200]);
  expect(shown[0]).toBe('{"status":200,"sample":0.1}\n');
});

test('combined is what tools for Apache’s logs read, with what is no request beside', () => {
  const { lines: written, notes } = linesBy(
    rules('combined'),
    { ...record, userAgent: 'curl/8 "x"\\\n\u00e9', referrer: 'http://a/b' },
    { ...record, status: null, bytesOut: 0, target: '/…' },
  );
  expect(written).toEqual([
    '10.0.0.9 - - [02/Jan/2026:03:04:05 +0000] "GET /cart?x=1 HTTP/1.1" 200 12 "http://a/b" "curl/8 \\x22x\\x22\\x5C\\x0A\\xE9"\n',
    '10.0.0.9 - - [02/Jan/2026:03:04:05 +0000] "GET /\\xE2\\x80\\xA6 HTTP/1.1" 499 - "-" "-"\n',
  ]);
  expect(notes).toEqual(['[balancer] listening\n']);
});
