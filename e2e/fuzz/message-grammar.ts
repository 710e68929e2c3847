import { below, oneOf, type Random } from './random.ts';

/** Some texts, one of which is drawn. */
export type Texts = readonly [string, ...string[]];

/** Versions that are none of HTTP/1.1, or are not spelt like one: of requests and of answers. */
export const httpVersions = [
  'HTTP/1.0',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/1.2',
  'http/1.1',
  'HTTP/1.10',
  'HTTP/01.1',
  'HTTP/1',
] as const;

/** One of the odd ones now and then, else the usual one. */
export const seldom = (random: Random, usual: string, odd: Texts, chance = 0.06): string =>
  random() < chance ? oneOf(random, odd) : usual;

const ends: Texts = ['\n', '\r', '\r\r\n', '\n\r\n', ' \r\n', '\r \n'];
const blanks: Texts = ['', '  ', '\t', ' \t ', '\v', '\x0c', '\xa0'];

/** A line's end, nearly always the right one. */
export const end = (random: Random) => seldom(random, '\r\n', ends, 0.006);

const names: Texts = ['X', 'Server', 'Link', 'x-y', 'Set-Cookie', "!#$%&'*+-.^_`|~1", 'Content-Type', 'Keep-Alive', 'Date'];
const oddNames: Texts = ['', 'X ', ' X', 'X\t', 'X\0', '\xe9', 'a b', 'X(', '"X"', 'X\x7f', '@', 'X\r', '\x00'];
const values: Texts = ['', '1', 'a b', 'timeout=5', '"q\\"uoted, text"', '\xe9\xff', 'a\tb', 'a,b', ':', 'x'.repeat(40)];
const oddValues: Texts = ['\0', 'a\0b', '\x01', 'a\x7f', 'a\rb', 'a\nb', '\x0c', '\v', '\x1b[2J', '\r', 'a\r\n', '\x08'];
const folds: Texts = ['\r\n 2', '\r\n\t2', '\r\n  \t 2 ', '\r\n ', '\r\n \r\n\t3', '\n 2', '\r 2', '\r\n \0'];

/** Lines of fields that are of no matter to where a message ends. */
export function plainFields(random: Random): string {
  let lines = '';
  while (random() < 0.5) {
    const name = seldom(random, oneOf(random, names), oddNames, 0.03);
    const value = seldom(random, oneOf(random, values), oddValues, 0.03);
    const colon = seldom(random, ':', ['', '::', ' :', ';', ': :'], 0.02);
    lines += name + colon + seldom(random, ' ', blanks) + value + seldom(random, '', blanks) + seldom(random, '', folds) + end(random);
  }
  return lines;
}

const connections: Texts = [
  'close',
  'keep-alive',
  'Close',
  'x, close',
  'keep-alive, close',
  'closed',
  'upgrade',
  '',
  ',',
  'close,',
  'x;close',
  '"close"',
];

/** What a message says of its connection, if anything. */
export function connectionField(random: Random): string {
  const upgrade = random() < 0.1 ? `${seldom(random, 'Upgrade', ['upgrade', 'Upgrade '])}: websocket${end(random)}` : '';
  return (
    upgrade +
    (random() < 0.25 || upgrade ? `Connection: ${upgrade && random() < 0.8 ? 'Upgrade' : oneOf(random, connections)}${end(random)}` : '')
  );
}

/** The name of a field, sometimes in other letters. */
const called = (random: Random, name: string) =>
  seldom(random, name, [name.toLowerCase(), name.toUpperCase(), `${name} `, `${name.slice(0, -1)}_`], 0.1);

/** A field that says where a message ends: odd in its blanks, folds and ends here and there. */
export function framing(random: Random, name: string, value: string): string {
  return `${called(random, name)}:${seldom(random, ' ', blanks)}${value}${seldom(random, '', blanks)}${seldom(random, '', folds, 0.02)}${end(random)}`;
}

/** Lengths that say a number in a way that nobody should, or none. */
const oddLengths = (length: number): Texts => [
  ...([`+${length}`, `-${length}`, `0${length}`, `${'0'.repeat(20)}${length}`, `${length},${length}`, `${length}, ${length}`] as const),
  ...[
    `0x${length.toString(16)}`,
    `${length} ${length}`,
    `${length}.0`,
    `${length}e0`,
    `"${length}"`,
    `${length};`,
    '',
    ' ',
    'x',
    '1_0',
    '\xb2',
  ],
  ...['18446744073709551616', `${2n ** 64n + BigInt(length)}`, '9007199254740993', '9007199254740991', '9'.repeat(40), `-0`, `${length}\0`],
];

/** Bodies; some look like what they are not. */
export const bodies: Texts = [
  '',
  'a',
  'hello',
  '\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'GET /in-a-body HTTP/1.1\r\nHost: a\r\n\r\n',
  '0\r\n\r\n',
  '\0\xff\x80',
  '5\r\nhello\r\n',
  'x'.repeat(30),
];

/** A length with its body, which may be longer or shorter than it. */
export function withLength(random: Random): string {
  const body = oneOf(random, bodies);
  const length = seldom(random, String(body.length + (random() < 0.05 ? below(random, 5) - 2 : 0)), oddLengths(body.length), 0.15);
  const again = random() < 0.05 ? framing(random, 'Content-Length', random() < 0.5 ? length : '3') : '';
  return `${framing(random, 'Content-Length', length)}${again}${plainFields(random)}${end(random)}${body}`;
}

const extensions: Texts = [
  ...([';a', ';a=b', ';a="b c"', ';a="\\""', ' ; a = b', ';a;b=c', ' ;a', '; a', ';a\t', ';a =b', ';a= b'] as const),
  ...[
    ';',
    ';;',
    ' ',
    '\t',
    ';=',
    ';=b',
    ';a=',
    ';a=b c',
    ';a="',
    ';a="b',
    ';a="b"c',
    ';a="\r\n"',
    ';a=\0',
    ';\xe9',
    ';a=\xe9',
    ';a="\xe9"',
    ';a"b"',
    ';a=b=c',
    ';a="\\',
  ],
];

const oddSizes = (size: number): Texts => {
  const hex = size.toString(16);
  return [
    ...([
      `+${hex}`,
      `-${hex}`,
      `0x${hex}`,
      `0${hex}`,
      `${'0'.repeat(20)}${hex}`,
      ` ${hex}`,
      `${hex}h`,
      '',
      'g',
      `${hex}.`,
      `${hex}_0`,
    ] as const),
    ...[
      'ffffffffffffffff',
      'fffffffffffffffff',
      `1${hex.padStart(16, '0')}`,
      '7fffffffffffffff',
      '20000000000000',
      '-0',
      '-1',
      `${hex}\0`,
      `"${hex}"`,
    ],
  ];
};

function chunk(random: Random, data: string): string {
  const size = seldom(
    random,
    seldom(random, data.length.toString(16), [data.length.toString(16).toUpperCase()]),
    oddSizes(data.length),
    0.12,
  );
  const after = seldom(random, '\r\n', ['', '\n', '\r', '\r\r\n', '\r\n\r\n', 'x\r\n', ' \r\n'], 0.02);
  return `${size}${seldom(random, '', extensions, 0.15)}${end(random)}${data}${data === '' ? '' : after}`;
}

const codings: Texts = [
  'Chunked',
  'CHUNKED',
  'identity',
  'gzip, chunked',
  'chunked, gzip',
  'gzip',
  'chunked, chunked',
  'chunked,',
  ',chunked',
  'xchunked',
  'chunkedx',
  'chunked;q=1',
  '"chunked"',
  '',
  'identity, chunked',
  'chun ked',
  '\vchunked',
  'chunked\0',
  'x\r\n chunked',
  'deflate',
];

/** Chunks, with what says so. */
export function inChunks(random: Random): string {
  const coding = framing(random, 'Transfer-Encoding', seldom(random, 'chunked', codings, 0.15));
  const again = random() < 0.04 ? framing(random, 'Transfer-Encoding', seldom(random, 'chunked', codings, 0.5)) : '';
  const both = random() < 0.06 ? framing(random, 'Content-Length', oneOf(random, ['0', '3', '5', '-1', ''])) : '';
  let body = '';
  while (random() < 0.6) body += chunk(random, oneOf(random, bodies) || 'x');
  const trailers = random() < 0.3 ? plainFields(random) + (random() < 0.1 ? framing(random, 'Content-Length', '5') : '') : '';
  return `${random() < 0.5 ? coding + again + both : both + coding + again}${plainFields(random)}${end(random)}${body}${chunk(random, '')}${trailers}${end(random)}`;
}
