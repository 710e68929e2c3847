import { connectionField, end, framing, httpVersions, inChunks, plainFields, seldom, type Texts, withLength } from '../message-grammar.ts';
import { oneOf, type Random } from '../random.ts';

const methods: Texts = ['POST', 'GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'QUERY', 'TRACE', 'GET'];
const oddMethods: Texts = ['get', 'FOO', 'G', '', 'CONNECT', 'PRI', 'GET\0', 'GE T', 'SOURCE', 'M-SEARCH', '\x16\x03\x01', 'GET/'];
const targets: Texts = ['/', '/a', '/a?b=c', '/a%2fb', '//a', '/a/../b', '/?', '/a;b', '/a|b', '/GET'];
const oddTargets: Texts = [
  ...([
    '*',
    '',
    'a',
    'http://a/',
    'http://a',
    'http://b/',
    'http://a:80/x',
    'HTTP://A/x?y',
    'https://a/',
    'ftp://a/',
    'http://',
    'a:80',
  ] as const),
  ...['/a b', '/\x80', '/\0', '/\t', '/#a', '/a\x7f', `/${'x'.repeat(9000)}`, '/ HTTP/1.1', '/%', '\\', 'http://u@a/', '?a', '//', '/\v'],
];
const versions: Texts = [...httpVersions, '', 'RTSP/1.0', 'ICE/1.0'];
const hosts: Texts = [
  '',
  'a,b',
  'a b',
  'a:80',
  'a:99999',
  '[::1]',
  '[::1',
  'a\0',
  '\x80',
  'a/b',
  'a@b',
  'A',
  'a:',
  ':80',
  'a\r\n b',
  'b',
  'a;b',
  '%',
  '127.0.0.1',
];

/** Fields that a gateway has to look at, each with values that are as they should be and others. */
const telling: readonly [string, Texts][] = [
  ['Expect', ['100-continue', '100-Continue', 'x', '100-continue, x', '']],
  ['TE', ['trailers', 'gzip', 'chunked', '']],
  ['Trailer', ['X', 'Content-Length', ',']],
  ['Upgrade', ['h2c', 'websocket', 'x']],
  ['Connection', ['Upgrade', 'X', 'Host', 'Content-Length', 'Transfer-Encoding', 'keep-alive, X-Forwarded-For', 'close']],
  ['X-Forwarded-For', ['1.2.3.4', '127.9.9.9', '"', '']],
  ['X_Forwarded_For', ['1.2.3.4']],
  ['Forwarded', ['for=1.2.3.4', 'for="']],
  ['Via', ['1.1 x']],
  ['Content-Length', ['0']],
  ['Content_Length', ['5']],
  ['Transfer_Encoding', ['chunked']],
  ['Host', ['a']],
];

function tellingFields(random: Random): string {
  let lines = '';
  while (random() < 0.2) {
    const [name, values] = telling[Math.floor(random() * telling.length)] ?? ['X', ['1']];
    lines += framing(random, name, oneOf(random, values));
  }
  return lines;
}

const hostField = (random: Random) => (random() < 0.03 ? '' : framing(random, 'Host', seldom(random, 'a', hosts)));

const nothing = (random: Random) => `${plainFields(random)}${end(random)}`;
const rests: readonly [Rest, ...Rest[]] = [nothing, nothing, withLength, withLength, inChunks, inChunks];
type Rest = (random: Random) => string;

function request(random: Random): string {
  const blank = seldom(random, ' ', ['', '  ', '\t', '\0', '\v'], 0.01);
  const line = `${seldom(random, oneOf(random, methods), oddMethods)} ${seldom(random, oneOf(random, targets), oddTargets, 0.1)}${blank}`;
  const start = `${line}${seldom(random, 'HTTP/1.1', versions, 0.08)}${end(random)}`;
  return `${start}${hostField(random)}${plainFields(random)}${tellingFields(random)}${connectionField(random)}${oneOf(random, rests)(random)}`;
}

const between: Texts = ['\r\n', '\n', ' ', '\0', '\r', '\r\n\r\n', 'x', '0\r\n\r\n'];

/** One request or some behind one another; many as they should be, others with mistakes that a grammar knows of. */
export function requestsFrom(random: Random): string {
  let text = seldom(random, '', between, 0.03) + request(random);
  while (random() < 0.25) text += seldom(random, '', between, 0.03) + request(random);
  return text + seldom(random, '', [...between, 'GET / HTT', 'G'], 0.05);
}
