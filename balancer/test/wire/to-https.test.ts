import { afterEach, describe, expect, test } from '@jest/globals';
import { startOrigin } from '../origins.ts';
import { type RoadOptions, roadOver } from '../road.ts';
import { overTls } from '../roads/tls-flags.ts';
import { seen } from '../until.ts';
import { onTheWire } from '../wire.ts';
import { valuesOf } from './through.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

/** What comes back for a request, over a road that sends to that port. */
async function answerTo(bytes: string, to: string, options: RoadOptions = {}) {
  const origin = await startOrigin((_req, res) => res.end('from the origin'));
  const road = roadOver([origin.origin], { flags: [`--redirect-to-https=${to}`, ...(options.flags ?? [])], ...without(options) });
  open.push(origin, road);
  const answer = await onTheWire(road.server, bytes);
  return { road, answer, status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), location: valuesOf(answer, 'Location')[0] };
}

function without({ flags: _flags, ...options }: RoadOptions): RoadOptions {
  return options;
}

const ask = (target: string, ...fields: string[]) =>
  `GET ${target} HTTP/1.1\r\n${['Host: shop.example', 'Connection: close', ...fields].join('\r\n')}\r\n\r\n`;

// Who comes over TLS is where it should be.
(overTls ? describe.skip : describe)('who asks in plain HTTP is sent to https://', () => {
  test.each([
    ['443', ask('/'), 'https://shop.example/'],
    ['8443', ask('/'), 'https://shop.example:8443/'],
    ['443', ask('/').replace('shop.example', 'shop.example:8080'), 'https://shop.example/'],
    ['443', ask('/').replace('shop.example', '[::1]:8080'), 'https://[::1]/'],
    ['443', ask('/a%2Fb//c/../d?x=%20&y=\'"'), 'https://shop.example/a%2Fb//c/../d?x=%20&y=\'"'],
    ['443', ask('http://shop.example/a?b'), 'https://shop.example/a?b'],
  ])('at the port %s: %j', async (port, bytes, location) => {
    const told = await answerTo(bytes, port);
    expect([told.status, told.location]).toEqual([308, location]);
  });

  test('and its story says so', async () => {
    const { road } = await answerTo(ask('/'), '443');
    const [exchange] = await seen(
      () => road.ask({ about: 'list', query: { limit: 1 } }),
      ([latest]) => latest?.status === 308,
    );
    const story = (await road.ask({ about: 'one', id: exchange?.id ?? '' }))?.explanation;
    expect(story).toMatch(
      /It was not tried at all: it came in plain HTTP, and such requests are sent to https:\/\/\. The client got 308\.$/,
    );
  });

  test('with its body unread', async () => {
    const { status, answer } = await answerTo('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello', '443');
    expect(status).toBe(308);
    expect(answer).toMatch(/Connection: close/);
  });

  test('but not without a host to name', async () => {
    expect((await answerTo('GET / HTTP/1.0\r\n\r\n', '443')).status).toBe(400);
  });

  test('but not where it asks for what an authority would', async () => {
    expect((await answerTo(ask('/.well-known/acme-challenge/token'), '443')).answer).toMatch(/from the origin$/);
  });

  test('but not where a trusted proxy says that it came over TLS', async () => {
    const trusting = { trusted: [{ address: '127.0.0.1', prefix: 32 }], flags: ['--trusted-fields=X-Forwarded-Proto'] };
    expect((await answerTo(ask('/', 'X-Forwarded-Proto: https'), '443', trusting)).answer).toMatch(/from the origin$/);
    expect((await answerTo(ask('/', 'X-Forwarded-Proto: http'), '443', trusting)).status).toBe(308);
    expect((await answerTo(ask('/', 'X-Forwarded-Proto: https'), '443')).status).toBe(308);
  });

  test('but not where that is off', async () => {
    expect((await answerTo(ask('/'), 'off')).answer).toMatch(/from the origin$/);
  });
});
