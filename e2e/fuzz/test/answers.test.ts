import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AnswerReader } from '../../../balancer/src/wire/answer-reader.ts';
import { anatomyOf, textOf } from '../answer/anatomy.ts';
import { answerCaseIn, answerCaseOf, textOfAnswer } from '../answer/answer-case.ts';
import { differences } from '../answer/differences.ts';
import { Judge } from '../answer/judge.ts';

const casesOf = (seed: number) => Array.from({ length: 500 }, (_, number) => answerCaseOf(number, seed));

test('the same seed gives the same answers, another seed others', () => {
  expect(casesOf(1).map(textOfAnswer)).toEqual(casesOf(1).map(textOfAnswer));
  expect(casesOf(1).map(textOfAnswer)).not.toEqual(casesOf(2).map(textOfAnswer));
});

test('an answer that was printed is the same answer', () => {
  for (const each of casesOf(3)) expect(answerCaseIn(textOfAnswer(each))).toEqual(each);
});

test('what was taken apart is the same when it is put together', () => {
  for (const { bytes, method } of casesOf(4)) expect(textOf(anatomyOf(bytes, method))).toBe(bytes.toString('latin1'));
});

const ok = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines].join('\r\n');
const chunked = (body: string) => ok('Transfer-Encoding: chunked', '', body);

test('docs/faults.md lists all differences between our reader and llhttp, and why', () => {
  const [, table = ''] = /<!-- differences -->\n([\s\S]*)<!-- \/differences -->/.exec(readFileSync('docs/faults.md', 'utf8')) ?? [];
  const rows = differences.map(({ name, ours, why }) => `| ${name} | ${ours === 'takes' ? 'taken' : 'refused'} | ${why} |`);
  expect(table.trim().split('\n').slice(2)).toEqual(rows);
});

describe('a difference between our reader and llhttp is known for what it is:', () => {
  const examples: Readonly<Record<string, readonly [answer: string, method?: string]>> = {
    'empty lines before the status line': [`\r\n${ok('Content-Length: 0', '', '')}`],
    '101 that nobody asked for, or that names no protocol': [`HTTP/1.1 101 Switching\r\n\r\n${ok('Content-Length: 0', '', '')}`],
    'another protocol or version': ['HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    'a status below 100': ['HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n'],
    'NUL in a reason phrase': ['HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n'],
    'a coding besides chunked': [ok('Transfer-Encoding: gzip, chunked', '', '0\r\n\r\n')],
    'a length that no number holds': [ok('Content-Length: 9007199254740993', '', ''), 'HEAD'],
    'a folded value': [ok('X: a', ' b', 'Content-Length: 0', '', '')],
    'a chunk extension that is written otherwise': [chunked('1 ; a = b\r\nx\r\n0\r\n\r\n')],
    'a length among the trailers': [chunked('0\r\nContent-Length: 5\r\n\r\n')],
    'a tab behind chunked': [ok('Transfer-Encoding: chunked\t', '', '0\r\n\r\n')],
    'an empty coding where no body follows': ['HTTP/1.1 304 Not Modified\r\nTransfer-Encoding:\r\n\r\n'],
    'an answer to HEAD that tells no length': [ok('', ''), 'HEAD'],
    'HTTP/1.0 that keeps its connection, but closes it as well or sends chunks': [
      'HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 0\r\n\r\n',
    ],
    'an interim answer that ends the connection': [`HTTP/1.1 103 Hints\r\nConnection: close\r\n\r\n${ok('Content-Length: 0', '', '')}`],
  };

  test('one of them that another hides', async () => {
    const bytes = Buffer.from('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect((await new Judge(AnswerReader).judge({ bytes, method: 'HEAD', upgrades: false })).fault).toBeUndefined();
  });

  test.each(differences.map(({ name }) => [name]))('%s', async (name) => {
    const [answer = '', method = 'GET'] = examples[name] ?? [];
    const judgement = await new Judge(AnswerReader).judge({ bytes: Buffer.from(answer, 'latin1'), method, upgrades: false });
    expect(judgement.fault).toBeUndefined();
    expect(judgement.differences.map((each) => each.name)).toEqual([name]);
  });
});
