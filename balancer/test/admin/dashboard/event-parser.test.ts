import { expect, test } from '@jest/globals';
import { EventParser } from '../../../src/admin/dashboard/wire/event-parser.ts';

const stream = 'event: tick\ndata: {"a":1}\n\n: a remark\n\nevent: status\r\ndata: one\r\ndata: two\r\n\r\ndata:bare\n\n';
const events = [
  { name: 'tick', data: '{"a":1}' },
  { name: 'status', data: 'one\ntwo' },
  { name: 'message', data: 'bare' },
];

test('reads events with their names, lines of data and remarks', () => {
  expect(new EventParser().push(stream)).toEqual(events);
});

test.each([1, 2, 3, 5, 7, 11])('reads the same in pieces of %i characters', (size) => {
  const parser = new EventParser();
  const pieces = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(events);
});

test('keeps an event back until it is complete', () => {
  const parser = new EventParser();
  expect(parser.push('event: tick\ndata: 1\n')).toEqual([]);
  expect(parser.push('\n')).toEqual([{ name: 'tick', data: '1' }]);
});

test('forgets the name of an event without data', () => {
  expect(new EventParser().push('event: tick\n\ndata: 1\n\n')).toEqual([{ name: 'message', data: '1' }]);
});
