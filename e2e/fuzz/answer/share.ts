import { parentPort, workerData } from 'node:worker_threads';
import { answerCaseOf, textOfAnswer } from './answer-case.ts';
import { Judge } from './judge.ts';
import { readerOf } from './ours.ts';

/** What a thread is to judge. */
export interface Share {
  readonly seed: number;
  /** The numbers of its cases: from the first one, in such steps, below the last one. */
  readonly from: number;
  readonly step: number;
  readonly below: number;
  readonly tree: string;
}

/** What came of it. */
export interface ShareResult {
  readonly judged: number;
  readonly taken: number;
  /** How often each known difference was met, by its name. */
  readonly differences: Readonly<Record<string, number>>;
  /** What is wrong, each with the text of its case. */
  readonly faults: readonly { readonly fault: string; readonly text: string }[];
}

/** So many faults say enough. */
const most = 5;

// Refusals are usual here, and nobody looks at where they were thrown.
Error.stackTraceLimit = 0;
if (parentPort) parentPort.postMessage(await judged(workerData as Share));

async function judged({ seed, from, step, below, tree }: Share): Promise<ShareResult> {
  const judge = new Judge(await readerOf(tree));
  const differences: Record<string, number> = {};
  const faults: { fault: string; text: string }[] = [];
  let [judged, taken] = [0, 0];
  for (let number = from; number < below && faults.length < most; number += step) {
    const asked = answerCaseOf(number, seed);
    const { isTaken, differences: met, fault } = await judge.judge(asked);
    judged += 1;
    if (isTaken) taken += 1;
    if (fault !== undefined) faults.push({ fault: `${fault} (case ${number})`, text: textOfAnswer(asked) });
    for (const { name } of met) differences[name] = (differences[name] ?? 0) + 1;
  }
  return { judged, taken, differences, faults };
}
