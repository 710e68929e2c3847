import { expect, test } from '@jest/globals';
import { askedAndSaid, levelOf, recordOf } from '../../src/account/record.ts';
import type { Reply } from '../../src/listen/reply.ts';
import type { RoadRequest } from '../../src/listen/request.ts';
import { exchange } from '../brain/story/exchanges.ts';

const said = { protocol: 'HTTP/1.1', bytesIn: 0, bytesOut: 0 };

test('a target is whole in the log up to 1,024 characters, and cut off behind them', () => {
  const shown = (target: string) => recordOf(exchange({ target }), said, 0, new Date(0)).target;
  const longest = `/${'x'.repeat(1023)}`;
  expect([shown(longest), shown(`${longest}y`)]).toEqual([longest, `${longest}…`]);
});

test('a client’s own words are as long at the most, and missing where it said none', () => {
  const request = (headers: RoadRequest['headers']) => ({ headers, httpVersion: '1.0', peer: {}, received: 3 }) as unknown as RoadRequest;
  const reply = { sent: 5 } as Reply;
  expect(askedAndSaid(request({}), reply)).toEqual({ protocol: 'HTTP/1.0', bytesIn: 3, bytesOut: 5 });
  const record = askedAndSaid(request({ host: 'a', 'user-agent': 'x'.repeat(2000), referer: 'b' }), reply);
  expect([record.host, record.userAgent?.length, record.referrer]).toEqual(['a', 1025, 'b']);
});

test('whoever got a 5xx is an error, who got another one or nothing whole a warning', () => {
  expect([200, 304, 404, 500, 503, null].map(levelOf)).toEqual(['info', 'info', 'warn', 'error', 'error', 'warn']);
});

test('says why an exchange was not tried elsewhere', () => {
  expect(recordOf(exchange({ notRetried: 'it was late' }), said, 0, new Date(0)).reason).toBe('it was late');
});
