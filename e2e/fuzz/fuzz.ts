import { seeded } from '../../balancer/src/brain/seeded.ts';
import { Checks } from '../checks.ts';
import { fuzzAnswers } from './answer/answers-fuzz.ts';
import { type Case, caseOf, textOf } from './case.ts';
import { found } from './found.ts';
import { readOptions } from './options.ts';
import { fuzzRequests } from './request/requests-fuzz.ts';
import { smallestThatBreaks, tried } from './trial.ts';

const options = readOptionsOrExit();
const { seed, tree } = options;
const checks = new Checks();
/** How many cases one process is thrown at the most. */
const round = 4000;
/** So many inputs are worth looking at. */
const few = 3;

console.log(`fuzz: seed ${seed}`);
if (options.parts.includes('answers')) await fuzzAnswers(options, checks);
if (options.parts.includes('requests')) await fuzzRequests(options, checks);
for (const threads of options.parts.includes('crashes') ? options.threads : []) {
  const random = seeded(seed);
  const cases = options.input ? [options.input] : Array.from({ length: options.cases }, (_, number) => caseOf(number, random));
  const faults = await faultsIn(options.input ? cases : [...found, ...cases], threads);
  checks.hold(`${threads === 1 ? 'one thread takes' : `${threads} threads take`} ${cases.length} cases`, faults.size === 0, [...faults]);
}
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);

function readOptionsOrExit() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`fuzz: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Throws all cases, at another process after each fault; prints each new kind of fault with the smallest input that shows it. */
async function faultsIn(cases: readonly Case[], threads: number): Promise<ReadonlySet<string>> {
  const ground = { tree, threads, seed };
  const seen = new Set<string>();
  const begun = performance.now();
  for (let from = 0; from < cases.length; ) {
    const { faults, suspects, thrown } = await tried(cases.slice(from, from + round), ground);
    from += Math.max(thrown, 1);
    for (const fault of faults.filter((each) => !seen.has(kindOf(each)))) {
      seen.add(kindOf(fault));
      console.log(`FOUND after ${from} cases, ${((performance.now() - begun) / 1000).toFixed(1)} s, ${threads} threads: ${fault}`);
      show(await smallestThatBreaks(suspects, ground, (other) => sortOf(other) === sortOf(fault)));
    }
  }
  return seen;
}

/** Prints inputs so that they can be given to `--input`. */
function show(inputs: readonly Case[]): void {
  if (inputs.length > few) console.log(`  by none of ${inputs.length} inputs alone; the seed shows it again`);
  else for (const each of inputs) console.log(`  --input '${textOf(each).replaceAll("'", String.raw`\u0027`)}'`);
}

/** A fault without what differs from one time to the next. */
function kindOf(fault: string): string {
  return fault.replaceAll(/m-\d+-\d+-(?:[\da-f]{8}-)?/g, 'm').replaceAll(/\b\d+\b/g, 'n');
}

/** What a fault is about in the first place: of several that bytes can bring about, luck decides which one comes. */
function sortOf(fault: string): string {
  return fault.replace(/:.*/s, '');
}
