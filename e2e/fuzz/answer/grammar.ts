import {
  bodies,
  connectionField,
  end,
  framing,
  httpVersions,
  inChunks,
  plainFields,
  seldom,
  type Texts,
  withLength,
} from '../message-grammar.ts';
import { oneOf, type Random } from '../random.ts';

const versions: Texts = [...httpVersions, 'ICY', 'RTSP/1.0'];
const statuses: Texts = [
  '200',
  '200',
  '206',
  '204',
  '304',
  '404',
  '500',
  '205',
  '299',
  '600',
  '999',
  '099',
  '000',
  '20',
  '2000',
  '2x0',
  '',
];
const phrases: Texts = ['', ' ', '  OK', ' Not Found', ' \xe9\xff', ' a\tb', ' a\0b', ' \x01', ' \x7f', ' a\rb', '\tOK', ' OK '];
/** Nothing that says where it ends, but the end. */
const upToTheEnd = (random: Random) => `${end(random)}${oneOf(random, bodies)}`;

const statusLine = (random: Random, status: string) =>
  `${seldom(random, 'HTTP/1.1', versions, 0.08)}${seldom(random, ' ', ['', '  ', '\t', '\0'], 0.02)}${status}${seldom(random, ' OK', phrases, 0.15)}${end(random)}`;

/** Interim answers (RFC 9110 §15.2), as they may stand before the final one; some with what none may have. */
function interim(random: Random): string {
  let text = '';
  while (random() < 0.12) {
    const status = oneOf(random, ['100', '102', '103', '103', '101', '199', '100']);
    const odd =
      random() < 0.1
        ? framing(random, oneOf(random, ['Content-Length', 'Transfer-Encoding']), oneOf(random, ['0', '3', 'chunked', 'x']))
        : '';
    text += `${statusLine(random, status)}${connectionField(random)}${plainFields(random)}${odd}${end(random)}`;
  }
  return text;
}

const rests = [withLength, withLength, withLength, inChunks, inChunks, inChunks, upToTheEnd] as const;

function answer(random: Random): string {
  const status = seldom(random, '200', statuses, 0.25);
  const fields = plainFields(random) + connectionField(random);
  return `${interim(random)}${statusLine(random, status)}${fields}${oneOf(random, rests)(random)}`;
}

const before: Texts = ['\r\n', '\n', ' ', '\0', '\r', '\r\n\r\n'];
const behind: Texts = ['\r\n', '\n', '\0', 'x', 'HTTP/1.1 200 OK\r\n', 'HTTP'];

/** One answer, seldom several behind one another; many as they should be, others with mistakes that a grammar knows of. */
export function answersFrom(random: Random): string {
  let text = seldom(random, '', before, 0.02) + answer(random);
  while (random() < 0.06) text += answer(random);
  return text + seldom(random, '', behind, 0.04);
}
