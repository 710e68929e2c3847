import { parseArgs } from 'node:util';
import { type AnswerCase, answerCaseIn } from './answer/answer-case.ts';
import { type Case, caseIn } from './case.ts';
import { requestBytesIn } from './request/request-case.ts';

/** What can be fuzzed: what is read from origins, what comes of clients' bytes, and a whole balancer under bytes from all sides. */
export const parts = ['answers', 'requests', 'crashes'] as const;

/** What a run of the fuzzer is asked to do. */
export interface Options {
  /** What everything follows from. */
  readonly seed: number;
  readonly parts: readonly (typeof parts)[number][];
  /** How many answers to read. */
  readonly answers: number;
  /** How many clients' bytes to send. */
  readonly requests: number;
  /** How many cases to throw, for each number of threads. */
  readonly cases: number;
  readonly threads: readonly number[];
  readonly tree: string;
  /** A case to throw instead of new ones. */
  readonly input: Case | undefined;
  /** An answer to read instead of new ones. */
  readonly answer: AnswerCase | undefined;
  /** A client's bytes to send instead of new ones. */
  readonly request: Buffer | undefined;
}

/** Reads the command line; a seed is drawn where none is given. Throws with a sentence for whoever wrote it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seed: { type: 'string' }, cases: { type: 'string' }, threads: { type: 'string', default: '1,2' } },
      ...{ short: { type: 'boolean' }, tree: { type: 'string', default: '' }, input: { type: 'string' } },
      ...{ only: { type: 'string' }, answers: { type: 'string' }, answer: { type: 'string' } },
      ...{ requests: { type: 'string' }, request: { type: 'string' } },
    },
  });
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('--seed', values.seed),
    parts: partsIn(values.only ?? partOf(values) ?? parts.join()),
    answers: whole('--answers', values.answers ?? (values.short ? '10000' : '1000000')),
    requests: whole('--requests', values.requests ?? (values.short ? '1000' : '50000')),
    cases: whole('--cases', values.cases ?? (values.short ? '1200' : '20000')),
    threads: values.threads.split(',').map((text) => whole('--threads', text)),
    tree: values.tree,
    input: given(values.input, caseIn),
    answer: given(values.answer, answerCaseIn),
    request: given(values.request, requestBytesIn),
  };
}

function given<Read>(text: string | undefined, read: (text: string) => Read): Read | undefined {
  return text === undefined ? undefined : read(text);
}

/** What a single case is for. */
function partOf(values: { readonly input?: string; readonly answer?: string; readonly request?: string }): string | undefined {
  if (values.input) return 'crashes';
  if (values.request) return 'requests';
  return values.answer && 'answers';
}

function partsIn(text: string): Options['parts'] {
  return text.split(',').map((name) => {
    const part = parts.find((each) => each === name);
    if (!part) throw new Error(`--only: ${name} is none of ${parts.join(', ')}`);
    return part;
  });
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option}: ${text} is not a whole number from 1 up`);
  return number;
}
