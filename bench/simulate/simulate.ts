import { readFileSync, writeFileSync } from 'node:fs';
import { lessons } from '../../balancer/src/simulate/lessons.ts';
import { BadScenario, readScenarioFile, type ScenarioFile } from '../../balancer/src/simulate/scenario-file.ts';
import { chartOf } from './chart.ts';
import { lessonInWords } from './lesson.ts';
import { help, type Options, OptionsError, readOptions } from './options.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { simulate } from './run.ts';
import { sidesInWords } from './sides.ts';
import { meaningOf, scenarioInWords, tableOf } from './words.ts';

// Shows what each policy does to the time that requests take, by running the balancer's own policies in simulated time.

const options = readOptionsOrExit();
if (options) run(options);
else console.log(help());

function readOptionsOrExit(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    console.error(['simulate: this cannot be simulated', ...error.problems].join('\n  '));
    process.exit(2);
  }
}

function run({ scenario, policies: names, seed, seeds, lesson, file, svg }: Options): void {
  if (file !== undefined) {
    console.log(sidesInWords(readFileOrExit(file)).join('\n'));
    return;
  }
  const played = lesson === undefined ? undefined : lessons[lesson];
  if (played) {
    console.log(lessonInWords(played, seed).join('\n'));
    return;
  }
  const words = scenarioInWords(scenario, seeds === 1 ? `seed ${seed}` : `${seeds} runs, seeds ${seed} to ${seed + seeds - 1}`);
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const runs = Array.from({ length: seeds }, (_, run) => simulate(name, scenario, seed + run));
    outcomes.push(outcomeOf(name, runs, scenario));
  }
  console.log([...words, '', ...tableOf(outcomes, scenario), '', meaningOf(outcomes, scenario)].join('\n'));
  if (svg) writePicture(svg, chartOf(outcomes, words));
}

function readFileOrExit(name: string): ScenarioFile {
  try {
    return readScenarioFile(readFileSync(name, 'utf8'));
  } catch (error) {
    const problems = error instanceof BadScenario ? error.problems : [(error as Error).message];
    console.error([`simulate: --scenario: ${name} cannot be played`, ...problems].join('\n  '));
    process.exit(2);
  }
}

function writePicture(file: string, picture: string): void {
  try {
    writeFileSync(file, picture);
    console.log(`written: ${file}`);
  } catch (error) {
    console.error(`simulate: --svg: ${(error as Error).message}; give a file that can be written`);
    process.exitCode = 1;
  }
}
