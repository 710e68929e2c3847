import { describe, expect, test } from '@jest/globals';
import type { AnswerHead } from '../../src/wire/answer-head.ts';
import { AnswerReader, type Asked } from '../../src/wire/answer-reader.ts';

/** What a reader made of some bytes, up to where it stopped. */
interface Reading {
  readonly interim: string[];
  head?: string;
  fields?: readonly string[];
  body: string;
  trailers?: readonly string[];
  rest?: string;
  error?: string;
  isClean: boolean;
}

const summaryOf = ({ status, phrase, persists }: AnswerHead) => `${status} ${phrase}${persists ? '' : ', last'}`;

/** Reads pieces as one connection would bring them, and its close behind them. */
function read(pieces: readonly Buffer[], { closes = true, longestHead = 4096, ...asked }: Partial<Asked> & Options = {}): Reading {
  const reading: Reading = { interim: [], body: '', isClean: true };
  const reader: AnswerReader = new AnswerReader({
    interim: (head) => void reading.interim.push(summaryOf(head)),
    head: (head) => Object.assign(reading, { head: summaryOf(head), fields: head.fields }),
    data: (piece) => {
      reading.body += piece.toString('latin1');
    },
    end: (trailers) => Object.assign(reading, { trailers }),
    upgraded: (head, rest) => Object.assign(reading, { head: summaryOf(head), rest: rest.toString('latin1') }),
  });
  reader.expect({ method: 'GET', upgrades: false, ...asked }, longestHead);
  try {
    for (const piece of pieces) {
      // Behind an upgrade, what comes is no matter of the reader's.
      if (reading.rest !== undefined) reading.rest += piece.toString('latin1');
      else reader.read(piece);
    }
    if (closes) reader.close();
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    reading.error = message ? `${code}: ${message}` : code;
  }
  return { ...reading, isClean: reader.isClean };
}

interface Options {
  closes?: boolean;
  longestHead?: number;
}

/** The bytes in one piece, in two wherever they can be cut, and one by one. */
function* cuts(bytes: Buffer): Generator<Buffer[]> {
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => Buffer.of(byte));
}

/** What is made of some bytes, which must be the same wherever they are cut. */
function readAnyhow(text: string, options?: Partial<Asked> & Options): Reading {
  const bytes = Buffer.from(text, 'latin1');
  const whole = read([bytes], options);
  for (const pieces of cuts(bytes)) expect({ pieces, ...read(pieces, options) }).toEqual({ pieces, ...whole });
  return whole;
}

const answer = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines].join('\r\n');
const chunked = (body: string) => answer('Transfer-Encoding: chunked', '', body);

describe('an answer is read the same wherever its bytes are cut:', () => {
  test.each<[string, string, Partial<Reading>, (Partial<Asked> & Options)?]>([
    ['by its length', answer('Content-Length: 5', '', 'hello'), { head: '200 OK', body: 'hello', trailers: [] }],
    ['of length 0', answer('Content-Length: 0', '', ''), { body: '', trailers: [] }],
    ['up to the close', answer('', 'until the end'), { body: 'until the end', trailers: [] }],
    ['in chunks', chunked('3\r\nabc\r\n0A;x="y"\r\n0123456789\r\n0\r\n\r\n'), { body: 'abc0123456789', trailers: [] }],
    ['in no chunk', chunked('0\r\n\r\n'), { body: '', trailers: [] }],
    [
      'in chunks with trailers',
      chunked('1\r\na\r\n000\r\nX-Sum: 1\r\nX-Two:2 \r\n\r\n'),
      { body: 'a', trailers: ['X-Sum', '1', 'X-Two', '2'] },
    ],
    [
      'behind interim ones',
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 \r\n\r\n${answer('Content-Length: 0', '', '')}`,
      { interim: ['103 Early Hints', '100 '], head: '200 OK' },
    ],
    ['to HEAD', answer('Content-Length: 5', '', ''), { body: '', trailers: [] }, { method: 'HEAD', closes: false }],
    [
      'of 304',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
      { head: '304 Not Modified', trailers: [], isClean: true },
      { closes: false },
    ],
    [
      'of 204 that speaks of a body',
      'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
      { trailers: [], isClean: false },
      { closes: false },
    ],
    ['without a phrase', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', { head: '200 ' }],
    [
      'with bytes above ASCII',
      answer('X: \xe9\xff', 'Content-Length: 1', '', '\x80'),
      { fields: ['X', '\xe9\xff', 'Content-Length', '1'], body: '\x80' },
    ],
    [
      'with blanks around values',
      answer('A:\t 1 \t', 'B:', 'Content-Length:0', '', ''),
      { fields: ['A', '1', 'B', '', 'Content-Length', '0'] },
    ],
    [
      'with folds that bring nothing but blanks',
      answer('A:', ' 1', 'B: 2', '\t', 'Content-Length: 0', '', ''),
      { fields: ['A', '1', 'B', '2', 'Content-Length', '0'] },
    ],
    ['of a length with zeros before it', answer(`Content-Length: ${'0'.repeat(40)}5`, '', 'hello'), { body: 'hello', isClean: true }],
    ['in chunks of sizes with zeros before them', chunked(`${'0'.repeat(40)}3\r\nabc\r\n${'0'.repeat(40)}\r\n\r\n`), { body: 'abc' }],
    [
      'in chunks with extensions that are written in any way',
      chunked('1 ; a = "b"\r\na\r\n1;;\r\nb\r\n1;a="\r\nc\r\n0;\xe9\r\n\r\n'),
      { body: 'abc', trailers: [], isClean: true },
    ],
    [
      'in chunks, with a tab behind what says so',
      answer('Transfer-Encoding: chunked\t', '', '1\r\na\r\n0\r\n\r\n'),
      { body: 'a', head: '200 OK' },
    ],
    [
      'with a length among its trailers',
      chunked('1\r\na\r\n0\r\nContent-Length: 7\r\n\r\n'),
      { body: 'a', trailers: ['Content-Length', '7'], isClean: true },
    ],
    [
      'behind an interim one that says close',
      `HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n${answer('Content-Length: 1', '', 'a')}`,
      { interim: ['103 Early Hints, last'], head: '200 OK', body: 'a' },
    ],
    ['to HEAD that tells no length', answer('', ''), { head: '200 OK', trailers: [], isClean: true }, { method: 'HEAD', closes: false }],
    [
      'to HEAD of an empty coding',
      answer('Transfer-Encoding:', '', ''),
      { head: '200 OK', trailers: [] },
      { method: 'HEAD', closes: false },
    ],
    [
      'of HTTP/1.0 that keeps and closes',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 0\r\n\r\n',
      { head: '200 OK, last' },
    ],
    [
      'of HTTP/1.0 that keeps its connection behind chunks',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      { head: '200 OK, last', trailers: [] },
    ],
    ['with a folded value', answer('A: 1', ' 2', '\t 3', 'Content-Length: 0', '', ''), { fields: ['A', '1 2 3', 'Content-Length', '0'] }],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { head: '200 OK, last' }],
    ['of HTTP/1.0 that goes on', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n', { head: '200 OK' }],
    ['that closes', answer('Connection: x, Close', 'Content-Length: 0', '', ''), { head: '200 OK, last' }],
    ['with bytes behind it', answer('Content-Length: 0', '', 'HTTP/1.1 200 OK\r\n'), { trailers: [], isClean: false }],
    [
      'that is another protocol',
      'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nbytes',
      { head: '101 Switching', rest: 'bytes' },
      { upgrades: true, closes: false },
    ],
  ])('%s', (_what, text, expected, options = {}) => {
    const reading = readAnyhow(text, options);
    expect(reading).toMatchObject(expected);
    expect(reading.error).toBeUndefined();
  });
});

describe('what is no answer, or none with one end, is refused wherever its bytes are cut:', () => {
  test.each<[string, string, string, (Partial<Asked> & Options)?]>([
    ['another protocol', 'SSH-2.0-x\r\n', 'INVALID: the status line'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n', 'INVALID: the status line'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'INVALID: the status line'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n', 'INVALID: the status line'],
    ['lines that end with LF alone', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'INVALID: a line that ends without CR'],
    ['a blank before the colon', answer('Content-Length : 5', '', 'hello'), 'INVALID: a line of the header is no field'],
    ['a line without a colon', answer('what', '', ''), 'INVALID: a line of the header is no field'],
    ['a nameless field', answer(': x', '', ''), 'INVALID: a line of the header is no field'],
    ['a fold before the first field', answer(' x', '', ''), 'INVALID: a line of the header is no field'],
    ['NUL in a value', answer('X: a\0b', '', ''), 'INVALID: a control character in a field'],
    ['CR in a value', answer('X: a\rb', '', ''), 'INVALID: a control character in a field'],
    ['a folded length', answer('Content-Length: 1', ' 0', '', ''), 'INVALID: a folded Content-Length'],
    ['two lengths', answer('Content-Length: 1', 'Content-Length: 1', '', 'a'), 'INVALID: Content-Length'],
    ['a list of lengths', answer('Content-Length: 1, 1', '', 'a'), 'INVALID: Content-Length'],
    ['a signed length', answer('Content-Length: +1', '', 'a'), 'INVALID: Content-Length'],
    ['a length that no number holds', answer('Content-Length: 9007199254740993', '', 'a'), 'INVALID: Content-Length'],
    [
      'a length and chunks',
      answer('Content-Length: 1', 'Transfer-Encoding: chunked', '', ''),
      'INVALID: both Content-Length and Transfer-Encoding',
    ],
    ['another coding', answer('Transfer-Encoding: gzip, chunked', '', ''), 'INVALID: a transfer coding besides chunked'],
    [
      'chunked twice',
      answer('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', '', ''),
      'INVALID: a transfer coding besides chunked',
    ],
    ['a chunk size that is none', chunked('x\r\n'), 'INVALID: the size of a chunk'],
    ['an empty chunk size', chunked('\r\n'), 'INVALID: the size of a chunk'],
    ['a chunk size beyond all numbers', chunked('ffffffffffffffff\r\n'), 'INVALID: the size of a chunk'],
    ['a chunk longer than it said', chunked('1\r\nab\r\n'), 'INVALID: the end of a chunk'],
    ['a control character in a chunk extension', chunked('1;\0\r\na\r\n'), 'INVALID: the size of a chunk'],
    ['a bad trailer', chunked('0\r\nX : y\r\n\r\n'), 'INVALID: a line of the header is no field'],
    ['101 that nobody asked for', 'HTTP/1.1 101 Switching\r\n\r\n', 'INVALID: 101 where nobody asked for another protocol'],
    [
      '101 that names no protocol',
      'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\n\r\n',
      'INVALID: 101 that names no protocol',
      { upgrades: true },
    ],
    [
      '101 whose protocol is not for this hop',
      'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n',
      'INVALID: 101 that names no protocol',
      { upgrades: true },
    ],
    ['empty lines before the status line', `\r\n${answer('', '')}`, 'INVALID: the status line'],
    ['another protocol whose status line looks alike', 'RTSP/1.0 200 OK\r\n\r\n', 'INVALID: the status line'],
    ['NUL in a phrase', 'HTTP/1.1 200 a\0b\r\n\r\n', 'INVALID: the status line'],
    ['an empty coding', answer('Transfer-Encoding:', '', ''), 'INVALID: a transfer coding besides chunked'],
    ['a head that is too long', answer(`X: ${'x'.repeat(300)}`, '', ''), 'LONG_HEAD', { longestHead: 200 }],
    ['trailers that are too long', chunked(`0\r\nX: ${'x'.repeat(300)}\r\n\r\n`), 'LONG_HEAD', { longestHead: 200 }],
    ['nothing at all', '', 'CLOSED: before the answer was whole'],
    ['a close in the head', 'HTTP/1.1 200 OK\r\nX: y', 'CLOSED: before the answer was whole'],
    ['a close in a body', answer('Content-Length: 5', '', 'hell'), 'CLOSED: before the answer was whole'],
    ['a close between chunks', chunked('1\r\na\r\n'), 'CLOSED: before the answer was whole'],
    ['a close before the end of trailers', chunked('0\r\nX: y\r\n'), 'CLOSED: before the answer was whole'],
  ])('%s', (_what, text, error, options = {}) => {
    expect(readAnyhow(text, options).error).toBe(error);
  });
});

test('a head of single bytes costs no more than its length, and a longer one is refused before it is whole', () => {
  const reading = read([Buffer.from('HTTP/1.1 200 OK\r\nX: '), ...Array.from({ length: 300 }, () => Buffer.from('x'))], {
    longestHead: 200,
  });
  expect(reading.error).toBe('LONG_HEAD');
});

test('an origin can’t send fields without number', () => {
  expect(read([Buffer.from(answer('a:\r\n'.repeat(3000), ''))], { longestHead: 64 * 1024 }).error).toBe('INVALID: more than 2000 fields');
});
