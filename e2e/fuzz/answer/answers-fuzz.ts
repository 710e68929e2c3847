import { Worker } from 'node:worker_threads';
import type { Checks } from '../../checks.ts';
import { smallest } from '../smallest.ts';
import { type AnswerCase, answerCaseIn, textOfAnswer } from './answer-case.ts';
import { differences } from './differences.ts';
import { Judge } from './judge.ts';
import { readerOf } from './ours.ts';
import type { Share, ShareResult } from './share.ts';

/** What a run over answers is asked to do. */
export interface AnswersOptions {
  readonly seed: number;
  readonly answers: number;
  /** A checkout whose reader is tried; empty for this one. */
  readonly tree: string;
  /** A case to judge instead of new ones. */
  readonly answer: AnswerCase | undefined;
}

/** How many threads share the work. */
const threads = 2;

/** Judges answers; prints what differs and was decided, and for each fault the smallest answer that shows it. */
export async function fuzzAnswers({ seed, answers, tree, answer }: AnswersOptions, checks: Checks): Promise<void> {
  const begun = performance.now();
  const results = answer
    ? [await alone(answer, tree)]
    : await Promise.all(Array.from({ length: threads }, (_, from) => run({ seed, from, step: threads, below: answers, tree })));
  const [judged, taken] = [sumOf(results, 'judged'), sumOf(results, 'taken')];
  for (const { name, ours, why } of differences) {
    const count = results.reduce((sum, result) => sum + (result.differences[name] ?? 0), 0);
    if (count > 0) console.log(`  ${String(count).padStart(6)} × ${name}, which ours ${ours}: ${why}`);
  }
  const faults = results.flatMap((result) => result.faults);
  for (const { fault, text } of faults.slice(0, 3)) await show(fault, text, tree, seed);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  checks.hold(
    `${judged} answers, cut everywhere, are read as they are whole, and as llhttp reads them`,
    faults.length === 0,
    `${taken} taken, ${seconds} s`,
  );
}

function run(share: Share): Promise<ShareResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ShareResult>();
  new Worker(new URL('share.ts', import.meta.url), { workerData: share }).once('message', resolve).once('error', reject);
  return promise;
}

async function alone(answer: AnswerCase, tree: string): Promise<ShareResult> {
  const { isTaken, differences: met, fault } = await new Judge(await readerOf(tree)).judge(answer);
  return {
    ...{ judged: 1, taken: isTaken ? 1 : 0, differences: Object.fromEntries(met.map(({ name }) => [name, 1])) },
    faults: fault === undefined ? [] : [{ fault, text: textOfAnswer(answer) }],
  };
}

async function show(fault: string, text: string, tree: string, seed: number): Promise<void> {
  const judge = new Judge(await readerOf(tree));
  const asked = answerCaseIn(text);
  const breaks = async (part: readonly number[]) => {
    const { fault: other } = await judge.judge({ ...asked, bytes: Buffer.from(part) });
    return other !== undefined && kindOf(other) === kindOf(fault);
  };
  const bytes = Buffer.from(await smallest([...asked.bytes], breaks, 2000));
  console.log(`FOUND by seed ${seed}: ${fault}`);
  console.log(`  --answer '${textOfAnswer({ ...asked, bytes }).replaceAll("'", String.raw`\u0027`)}'`);
}

/** What a fault is about in the first place. */
const kindOf = (fault: string) => fault.split(/[:(]/, 2).join();

const sumOf = (results: readonly ShareResult[], part: 'judged' | 'taken') => results.reduce((sum, result) => sum + result[part], 0);
