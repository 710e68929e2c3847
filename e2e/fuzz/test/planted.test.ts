import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { answerCaseOf } from '../answer/answer-case.ts';
import { Judge } from '../answer/judge.ts';
import { readerOf } from '../answer/ours.ts';

const trees: string[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** A checkout's reader with a mistake: some text of a file in its wire/ is another one. */
function treeWith(file: string, right: string, wrong: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'planted-'));
  trees.push(tree);
  cpSync('balancer/src/wire', join(tree, 'balancer/src/wire'), { recursive: true });
  const path = join(tree, 'balancer/src/wire', file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(right);
  writeFileSync(path, text.replace(right, wrong));
  return tree;
}

/** How many answers the short form reads. */
const short = 10_000;

describe('the short form finds a reader that', () => {
  test.each([
    ['takes lines that LF alone ends', 'answer-reader.ts', 'answerHeadOf(text)', "answerHeadOf(text.replace(/(?<!\\r)\\n/g, '\\r\\n'))"],
    ['takes sizes that begin with 0x', 'answer-reader.ts', '/^0*([0-9a-f]', '/^(?:0x)?0*([0-9a-f]'],
    ['takes sizes below zero', 'answer-reader.ts', '/^0*([0-9a-f]', '/^-?0*([0-9a-f]'],
    ['takes blanks behind a size', 'answer-reader.ts', '*)?\\r\\n$/i', '*)?[\\t ]*\\r\\n$/i'],
    ['does not look at what ends a chunk', 'answer-reader.ts', "throw invalid('the end of a chunk')", 'void 0'],
    [
      'forgets that a chunk’s end was begun',
      'answer-reader.ts',
      'this.#ofChunkEnd += 1',
      'this.#ofChunkEnd = at + 1 < chunk.length ? this.#ofChunkEnd + 1 : 1',
    ],
    ['takes a length beside chunks', 'answer-head.ts', "throw invalid('both Content-Length and Transfer-Encoding')", 'void 0'],
    ['takes the last of two lengths', 'answer-head.ts', 'before !== undefined || ', ''],
    ['takes a length with a sign', 'answer-head.ts', '/^0*\\d{1,16}$/', '/^[+-]?0*\\d{1,16}$/'],
    ['takes a version besides 1.0 and 1.1', 'answer-head.ts', '^HTTP\\/1\\.([01]) ', '^HTTP\\/1\\.(\\d) '],
    ['misses the end of a head where it is cut', 'lines.ts', 'Math.max(0, before - end.length + 1)', 'before'],
    ['unfolds a length', 'field-lines.ts', 'if (isFraming.test(name)) throw', 'if (false) throw'],
    ['folds without a blank', 'field-lines.ts', 'whole += ` $', 'whole += `$'],
    ['leaves the blanks of a fold', 'field-lines.ts', 'trimmed(whole, 0, whole.length)', 'whole'],
    ['takes blanks before a colon', 'field-lines.ts', 'isInName = charactersIn(/[', 'isInName = charactersIn(/[ '],
    ['uses a connection with bytes behind an answer', 'answer-reader.ts', 'if (at < chunk.length) this.#isClean = false;', ''],
    ['tells too late of bytes behind an answer', 'answer-reader.ts', 'if (!isAll) this.#isClean = false;', ''],
    ['waits for a body of HEAD', 'answer-reader.ts', "method === 'HEAD' || status", 'status'],
    [
      'changes the protocol for who did not ask',
      'answer-reader.ts',
      "throw invalid('101 where nobody asked for another protocol')",
      'void 0',
    ],
    ['keeps a connection that is to be closed', 'answer-head.ts', "!options.includes('close') && ", ''],
  ])('%s', async (_what, file, right, wrong) => {
    const judge = new Judge(await readerOf(treeWith(file, right, wrong)));
    let fault: string | undefined;
    for (let number = 0; fault === undefined && number < short; number++) {
      ({ fault } = await judge.judge(answerCaseOf(number, 1)));
    }
    expect(fault).toBeDefined();
  });
});
