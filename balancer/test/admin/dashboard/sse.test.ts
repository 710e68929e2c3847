import { expect, test } from '@jest/globals';
import { EventParser } from '../../../src/admin/dashboard/sse.ts';

const stream = 'event: tick\ndata: {"a":1}\n\n: a comment\n\ndata: x\ndata: y\r\n\r\nevent: status\ndata: {}\n\n';

test('events come out whole, wherever the pieces are cut', () => {
  const whole = [
    { name: 'tick', data: '{"a":1}' },
    { name: 'message', data: 'x\ny' },
    { name: 'status', data: '{}' },
  ];
  for (let size = 2; size <= stream.length; size += 1) {
    const parser = new EventParser();
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => stream.slice(i * size, (i + 1) * size));
    expect(pieces.flatMap((piece) => parser.take(piece))).toEqual(whole);
  }
});

test('an event that is not whole yet is kept back', () => {
  const parser = new EventParser();
  expect(parser.take('event: tick\ndata: {"a":')).toEqual([]);
  expect(parser.take('1}\n\n')).toEqual([{ name: 'tick', data: '{"a":1}' }]);
});

test('one that never ends is given up', () => {
  const parser = new EventParser();
  expect(() => {
    for (let i = 0; i < 17; i += 1) parser.take('x'.repeat(1024 * 1024));
  }).toThrow('an event does not end');
});
