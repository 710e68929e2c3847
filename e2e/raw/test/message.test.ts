import { expect, test } from '@jest/globals';
import { type Framing, messageIn } from '../message.ts';

const read = (text: string, framing: Partial<Framing> = {}) =>
  messageIn(Buffer.from(text, 'latin1'), { isBodyless: () => false, isOver: false, ...framing });
const body = (text: string, framing?: Partial<Framing>) => read(text, framing)?.body.toString();

test('a body is as long as is declared, and the next message begins behind it', () => {
  const message = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab';
  expect(body(`${message}HTTP/1.1`)).toBe('ab');
  expect(read(`${message}HTTP/1.1`)?.length).toBe(message.length);
  expect(read(message.slice(0, -1))).toBeUndefined();
});

test('chunks are put together, and trailers kept', () => {
  const message = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nX-T: 1\r\n\r\n';
  expect(read(`${message}rest`)).toMatchObject({ trailers: 'X-T: 1', length: message.length });
  expect(body(message)).toBe('abc');
  for (let end = 0; end < message.length; end++) expect(read(message.slice(0, end))).toBeUndefined();
  expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')?.trailers).toBe('');
});

test('an answer that declares no length ends with its connection, a request at once', () => {
  expect(body('HTTP/1.1 200 OK\r\n\r\nab')).toBeUndefined();
  expect(body('HTTP/1.1 200 OK\r\n\r\nab', { isOver: true })).toBe('ab');
  expect(body('GET / HTTP/1.1\r\n\r\nGET')).toBe('');
  expect(body('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHT', { isBodyless: () => true })).toBe('');
});

test('what is no message is told', () => {
  expect(() => read('hello\r\n\r\n')).toThrow('no message begins with "hello"');
});
